"""When an alternative address is the one to use (CONT-045, LINE-025)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.alternative_addresses import address_found
from core.contacts.models import ContactAltAddress, ContactAltAddressDateRange
from core.contacts.touch import touched_contact
from core.errors import ConflictError, FaultList, NotFoundError


class Period(NamedTuple):
    starting_date: date
    ending_date: date | None = None


def date_ranges_of(
    session: Session, contact_id: int, code: str | None = None
) -> Sequence[ContactAltAddressDateRange]:
    statement = (
        select(ContactAltAddressDateRange)
        .where(ContactAltAddressDateRange.contact_id == contact_id)
        .order_by(ContactAltAddressDateRange.starting_date)
    )
    if code is not None:
        statement = statement.where(ContactAltAddressDateRange.code == code.upper())
    return session.scalars(statement).all()


def date_range_found(
    session: Session, address: ContactAltAddress, starting_date: date
) -> ContactAltAddressDateRange:
    key = (address.contact_id, starting_date)
    found = session.get(ContactAltAddressDateRange, key)
    if found is None or found.code != address.code:
        detail = (
            f"The alternative address {address.code} has no date range starting on "
            f"{starting_date.isoformat()}."
        )
        raise NotFoundError("E-NOT-FOUND", detail)
    return found


def add_date_range(
    session: Session,
    actor: Actor,
    contact_no: str,
    code: str,
    period: Period,
) -> ContactAltAddressDateRange:
    """Ranges may overlap; a starting date is used once per contact."""
    contact = touched_contact(session, actor, contact_no)
    address = address_found(session, contact, code)
    starting_date, ending_date = period
    _refuse_backwards(period)
    if session.get(ContactAltAddressDateRange, (contact.id, starting_date)):
        detail = (
            f"Contact {contact.no} already has an address date range starting on "
            f"{starting_date.isoformat()}."
        )
        raise ConflictError("E-EXISTS", detail)
    found = ContactAltAddressDateRange(
        contact_id=contact.id,
        starting_date=starting_date,
        ending_date=ending_date,
        code=address.code,
    )
    session.add(found)
    return found


def change_date_range(
    session: Session, actor: Actor, contact_no: str, code: str, period: Period
) -> ContactAltAddressDateRange:
    """Let the range that starts on the first day of the period end with it."""
    contact = touched_contact(session, actor, contact_no)
    address = address_found(session, contact, code)
    found = date_range_found(session, address, period.starting_date)
    _refuse_backwards(period)
    found.ending_date = period.ending_date
    return found


def delete_date_range(
    session: Session, actor: Actor, contact_no: str, code: str, starting_date: date
) -> None:
    contact = touched_contact(session, actor, contact_no)
    address = address_found(session, contact, code)
    session.delete(date_range_found(session, address, starting_date))


def active_address_code(session: Session, contact_id: int, on: date) -> str:
    """The address to use on a day; blank when it is the contact's own (CONT-045)."""
    ranges = ContactAltAddressDateRange
    statement = (
        select(ranges.code)
        .where(
            ranges.contact_id == contact_id,
            ranges.starting_date <= on,
            or_(ranges.ending_date.is_(None), ranges.ending_date >= on),
        )
        .order_by(ranges.starting_date.desc())
        .limit(1)
    )
    return session.scalar(statement) or ""


def _refuse_backwards(period: Period) -> None:
    faults = FaultList()
    if period.ending_date is not None and period.ending_date < period.starting_date:
        detail = "Ending Date must not be before Starting Date."
        faults.add("ending_date", "E-FIELD", detail)
    faults.refuse_if_any()
