"""Alternative addresses of two contacts under one (CONT-044, CONT-045)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.contacts.address_date_ranges import date_ranges_of
from core.contacts.alternative_addresses import addresses_of
from core.contacts.fields import TEXT_LENGTHS
from core.contacts.merge.pair import Pair
from core.contacts.models import ContactAltAddress

_CONTENT = tuple(
    column.key
    for column in ContactAltAddress.__table__.columns
    if column.key not in {"contact_id", "code"}
)

_COLUMNS = ", ".join(_CONTENT)
_COPY_ADDRESS = text(f"""
    INSERT INTO contact_alt_address (contact_id, code, {_COLUMNS})
    SELECT :kept, :new, {_COLUMNS}
    FROM contact_alt_address WHERE contact_id = :other AND code = :old
""")  # noqa: S608  (names of our own columns)

_COPY_DATES = text("""
    INSERT INTO contact_alt_address_date_range
        (contact_id, starting_date, ending_date, code)
    SELECT :kept, starting_date, ending_date, :new
    FROM contact_alt_address_date_range
    WHERE contact_id = :other AND code = :old
    ON CONFLICT (contact_id, starting_date) DO NOTHING
""")

# What was written with the old code goes on meaning the same address.
_RENAME = (
    text("""
        UPDATE segment_line SET contact_alt_address_code = :new
        WHERE contact_id = :other AND contact_alt_address_code = :old
    """),
    text("""
        UPDATE interaction_log_entry SET contact_alt_address_code = :new
        WHERE contact_id = :other AND contact_alt_address_code = :old
    """),
)

_FORGET_ADDRESSES = text("DELETE FROM contact_alt_address WHERE contact_id = :other")


@dataclass(frozen=True, slots=True)
class AddressPlan:
    codes: Mapping[str, str]
    "Code at the other contact to the code it gets at the kept one."
    collapsing: Collection[str]
    "Codes at the other contact whose address the kept one has just so."
    dropped: Sequence[date]
    "Starting dates both use; the kept contact's range stands."

    @property
    def renamed(self) -> dict[str, str]:
        return {old: new for old, new in self.codes.items() if old != new}


def address_plan(session: Session, pair: Pair) -> AddressPlan:
    """A code both use for different addresses gets -2 (or the next free number)."""
    kept, other = (addresses_of(session, contact.id) for contact in pair)
    mine = {address.code: _content(address) for address in kept}
    theirs = {address.code: _content(address) for address in other}
    used, started = (
        {dates.starting_date for dates in date_ranges_of(session, contact.id)}
        for contact in pair
    )
    return AddressPlan(
        codes=new_codes(mine, theirs),
        collapsing={code for code, words in theirs.items() if mine.get(code) == words},
        dropped=sorted(used & started),
    )


def new_codes(
    mine: Mapping[str, object], theirs: Mapping[str, object]
) -> dict[str, str]:
    """Every code of theirs to its code among mine; nobody's address is lost."""
    taken = {*mine, *theirs}
    codes = {}
    for code in sorted(theirs):
        if code in mine and mine[code] != theirs[code]:
            codes[code] = _free_code(code, taken)
            taken.add(codes[code])
        else:
            codes[code] = code
    return codes


def _free_code(code: str, taken: Collection[str]) -> str:
    number = 2
    while (found := _numbered(code, number)) in taken:
        number += 1
    return found


def _numbered(code: str, number: int) -> str:
    ending = f"-{number}"
    return code[: TEXT_LENGTHS["code"] - len(ending)] + ending


def move_addresses(session: Session, pair: Pair, plan: AddressPlan) -> None:
    kept, other = pair
    for old, new in plan.codes.items():
        values = {"kept": kept.id, "other": other.id, "old": old, "new": new}
        if old not in plan.collapsing:
            session.execute(_COPY_ADDRESS, values)
        session.execute(_COPY_DATES, values)
        if old != new:
            for rename in _RENAME:
                session.execute(rename, values)
    session.execute(_FORGET_ADDRESSES, {"other": other.id})


def _content(address: ContactAltAddress) -> tuple[object, ...]:
    return tuple(getattr(address, name) for name in _CONTENT)
