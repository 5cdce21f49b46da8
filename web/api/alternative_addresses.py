from datetime import date
from typing import Annotated

from flask import Response
from sqlalchemy import Text, func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import address_date_ranges as ranges
from core.contacts import alternative_addresses as addresses
from core.contacts import queries
from core.contacts.address_date_ranges import Period
from core.contacts.models import ContactAltAddress, ContactAltAddressDateRange
from core.database import transaction
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import (
    Code10,
    Code20,
    Day,
    Key10,
    Text30,
    Text50,
    Text80,
    Text100,
)
from web.api.framework.models import AddressKey
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "alternative addresses", "Where to reach a contact for a while, and when."
)


def _day(value: object) -> date:
    day = kinds.DAY.parse(value)
    if not isinstance(day, date):
        raise kinds.wrong("Must be a date such as 2026-01-31.")
    return day


_DAY = {"type": "string", "format": "date"}
StartingDate = Annotated[
    date, kinds.Kind(_day, lambda day: day.isoformat(), _DAY, _DAY, kinds.RANGE)
]


class AddressBody(framework.Body):
    company_name: Text100 = ""
    address: Text100 = ""
    address_2: Text50 = ""
    city: Text30 = ""
    post_code: Code20 = ""
    county: Text30 = ""
    country_region_code: Code10 = ""
    phone_no: Text30 = ""
    mobile_phone_no: Text30 = ""
    email: Text80 = ""


class AddressDraft(AddressBody):
    code: Key10


class AddressShown(framework.Shown):
    code: Key10
    company_name: Text100
    address: Text100
    address_2: Text50
    city: Text30
    post_code: Code20
    county: Text30
    country_region_code: Code10
    phone_no: Text30
    mobile_phone_no: Text30
    email: Text80


class AddressQuery(framework.ListQuery):
    pass


class RangeBody(framework.Body):
    ending_date: Day = None
    "Without one the address stays in use until another range begins."


class RangeDraft(RangeBody):
    starting_date: StartingDate


class RangeShown(framework.Shown):
    starting_date: StartingDate
    ending_date: Day


class RangeQuery(framework.ListQuery):
    pass


class AddressPath(framework.Path):
    no: AddressKey
    code: AddressKey


class RangePath(framework.Path):
    no: AddressKey
    code: AddressKey
    starting_date: StartingDate


ADDRESSES = "/contacts/<no>/alternative-addresses"
ADDRESS = f"{ADDRESSES}/<code>"
RANGES = f"{ADDRESS}/date-ranges"
RANGE = f"{RANGES}/<starting_date>"


@blueprint.get(
    ADDRESSES, responses=framework.lists_of_record(framework.Page[AddressShown])
)
@requires(Permission.READ_CONTACTS)
def list_addresses(path: framework.NoPath, query: AddressQuery) -> Response:
    """List the alternative addresses of a contact."""
    address = ContactAltAddress
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.page(
            session,
            select(address).where(address.contact_id == contact.id),
            query,
            key=address.code,
            show=AddressShown.of,
        )


@blueprint.post(ADDRESSES, responses=framework.creates(AddressShown))
@requires(Permission.EDIT)
def post_address(path: framework.NoPath, body: AddressDraft) -> Response:
    """Add an alternative address."""
    given = body.given()
    code = given.pop("code")

    def add(session: Session, actor: Actor) -> Response:
        address = addresses.add_address(session, actor, path.no, code, given)
        return framework.created(
            AddressShown.of(address),
            *("contacts", path.no, "alternative-addresses", address.code),
        )

    return framework.answer_once(add)


@blueprint.get(ADDRESS, responses=framework.shows(AddressShown))
@requires(Permission.READ_CONTACTS)
def show_address(path: AddressPath) -> Response:
    """Show an alternative address."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        address = addresses.address_found(session, contact, path.code)
        return framework.answer(AddressShown.of(address))


@blueprint.patch(ADDRESS, responses=framework.changes(AddressShown))
@requires(Permission.EDIT)
def patch_address(path: AddressPath, body: AddressBody) -> Response:
    """Change an alternative address."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        before = addresses.address_found(session, contact, path.code)
        framework.require_match(AddressShown.of(before))
        address = addresses.change_address(
            session, current_actor(), path.no, path.code, body.given()
        )
        return framework.answer(AddressShown.of(address))


@blueprint.delete(ADDRESS, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_address(path: AddressPath) -> Response:
    """Delete an alternative address and its date ranges."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        before = addresses.address_found(session, contact, path.code)
        framework.require_match(AddressShown.of(before))
        addresses.delete_address(session, current_actor(), path.no, path.code)
        return framework.no_content()


@blueprint.get(RANGES, responses=framework.lists_of_record(framework.Page[RangeShown]))
@requires(Permission.READ_CONTACTS)
def list_ranges(path: AddressPath, query: RangeQuery) -> Response:
    """List when an alternative address is the one to use."""
    found = ContactAltAddressDateRange
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        address = addresses.address_found(session, contact, path.code)
        return framework.page(
            session,
            select(found).where(
                found.contact_id == contact.id, found.code == address.code
            ),
            query,
            # A cursor carries texts and numbers only.
            key=func.to_char(found.starting_date, "YYYY-MM-DD", type_=Text),
            show=RangeShown.of,
        )


@blueprint.post(RANGES, responses=framework.creates(RangeShown))
@requires(Permission.EDIT)
def post_range(path: AddressPath, body: RangeDraft) -> Response:
    """Add a date range. A starting date is used once per contact."""

    def add(session: Session, actor: Actor) -> Response:
        period = Period(body.starting_date, body.ending_date)
        found = ranges.add_date_range(session, actor, path.no, path.code, period)
        way = ("contacts", path.no, "alternative-addresses", found.code)
        return framework.created(
            RangeShown.of(found), *way, "date-ranges", found.starting_date.isoformat()
        )

    return framework.answer_once(add)


@blueprint.get(RANGE, responses=framework.shows(RangeShown))
@requires(Permission.READ_CONTACTS)
def show_range(path: RangePath) -> Response:
    """Show a date range."""
    with transaction(engine()) as session:
        return framework.answer(RangeShown.of(_found(session, path)))


@blueprint.patch(RANGE, responses=framework.changes(RangeShown))
@requires(Permission.EDIT)
def patch_range(path: RangePath, body: RangeBody) -> Response:
    """Change when a date range ends."""
    with transaction(engine()) as session:
        queries.lock_contact(session, path.no)
        found = _found(session, path)
        framework.require_match(RangeShown.of(found))
        if "ending_date" in body.given():
            period = Period(path.starting_date, body.ending_date)
            ranges.change_date_range(
                session, current_actor(), path.no, path.code, period
            )
        return framework.answer(RangeShown.of(found))


@blueprint.delete(RANGE, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_range(path: RangePath) -> Response:
    """Delete a date range."""
    with transaction(engine()) as session:
        queries.lock_contact(session, path.no)
        framework.require_match(RangeShown.of(_found(session, path)))
        ranges.delete_date_range(
            session, current_actor(), path.no, path.code, path.starting_date
        )
        return framework.no_content()


def _found(session: Session, path: RangePath) -> ContactAltAddressDateRange:
    contact = queries.contact_found(session, path.no)
    address = addresses.address_found(session, contact, path.code)
    return ranges.date_range_found(session, address, path.starting_date)
