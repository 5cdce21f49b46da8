"""Where to reach a contact for a while (CONT-044)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.changes import AltAddressChanges
from core.contacts.check_changes import check_address
from core.contacts.fields import TEXT_LENGTHS
from core.contacts.models import Contact, ContactAltAddress
from core.contacts.touch import touched_contact
from core.errors import ConflictError, FaultList, NotFoundError

_FIELDS = tuple(AltAddressChanges.__optional_keys__)


def addresses_of(session: Session, contact_id: int) -> Sequence[ContactAltAddress]:
    statement = (
        select(ContactAltAddress)
        .where(ContactAltAddress.contact_id == contact_id)
        .order_by(ContactAltAddress.code)
    )
    return session.scalars(statement).all()


def address_found(session: Session, contact: Contact, code: str) -> ContactAltAddress:
    address = session.get(ContactAltAddress, (contact.id, code.upper()))
    if address is None:
        detail = f"Contact {contact.no} has no alternative address {code}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return address


def add_address(
    session: Session, actor: Actor, contact_no: str, code: str, given: AltAddressChanges
) -> ContactAltAddress:
    contact = touched_contact(session, actor, contact_no)
    faults = FaultList()
    code = _checked_code(code, faults)
    given = check_address(given, faults)
    faults.refuse_if_any()
    if session.get(ContactAltAddress, (contact.id, code)):
        detail = f"Contact {contact.no} already has an alternative address {code}."
        raise ConflictError("E-EXISTS", detail)
    texts = {**dict.fromkeys(_FIELDS, ""), **given}
    address = ContactAltAddress(contact_id=contact.id, code=code, **texts)
    session.add(address)
    return address


def change_address(
    session: Session,
    actor: Actor,
    contact_no: str,
    code: str,
    changes: AltAddressChanges,
) -> ContactAltAddress:
    contact = touched_contact(session, actor, contact_no)
    address = address_found(session, contact, code)
    faults = FaultList()
    changes = check_address(changes, faults)
    faults.refuse_if_any()
    for field, value in changes.items():
        setattr(address, field, value)
    return address


def delete_address(session: Session, actor: Actor, contact_no: str, code: str) -> None:
    """The address goes together with its date ranges."""
    contact = touched_contact(session, actor, contact_no)
    session.delete(address_found(session, contact, code))


def _checked_code(code: str, faults: FaultList) -> str:
    code = code.strip().upper()
    longest = TEXT_LENGTHS["code"]
    if not code:
        faults.add("code", "E-FIELD", "Code must have a value.")
    elif len(code) > longest or not code.isprintable():
        faults.add("code", "E-FIELD", f"Code is plain text of up to {longest} letters.")
    return code
