from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, delete, func
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.contacts.change_contact import change_locked
from core.contacts.duplicates.forget_pairs import forget_pairs
from core.contacts.inheritance import values_of
from core.contacts.merge.addresses import address_plan, move_addresses
from core.contacts.merge.pair import Pair, locked_pair
from core.contacts.merge.preview import (
    CHOOSABLE,
    choosable_values,
    moves_of,
    parameters_of,
)
from core.contacts.models import Contact, MergedContact
from core.errors import FaultList

if TYPE_CHECKING:
    from core.contacts.changes import ContactChanges


def merge_contacts(
    session: Session,
    actor: Actor,
    no: str,
    other_no: str,
    take: Collection[str] = (),
) -> Contact:
    """Make two contacts one; the kept one gets the other's rows and `take` fields.

    What both have collapses, the kept contact's standing. The other number leads to
    the kept contact from now on. One transaction, with bulk work kept out.
    """
    pair = locked_pair(session, no, other_no)
    check_fields(take)
    _take_fields(session, pair, take)
    _join_protections(pair)
    session.flush()
    move_addresses(session, pair, address_plan(session, pair))
    counts = _move_rows(session, pair)
    _retire(session, actor, pair)
    record_audit(
        session,
        actor,
        "contact.merge",
        pair.kept.no,
        {"other_no": pair.other.no, "taken": sorted(take), "rows": counts},
    )
    return pair.kept


def check_fields(take: Collection[str]) -> None:
    """Raise RefusedError E-UNKNOWN-FIELD."""
    faults = FaultList()
    for name in sorted(set(take) - set(CHOOSABLE)):
        detail = f"{name} is no field that can be taken from the other contact."
        faults.add("take", "E-UNKNOWN-FIELD", detail)
    faults.refuse_if_any()


def _take_fields(session: Session, pair: Pair, take: Collection[str]) -> None:
    """As if somebody had typed the other's values into the kept contact."""
    theirs = choosable_values(session, pair.other)
    taken = {name: theirs[name] for name in take if name in theirs}
    if not taken:
        return
    if "name" in taken and pair.other.first_name:
        parts = ("first_name", "middle_name", "surname")
        taken |= {part: getattr(pair.other, part) for part in parts}
    before = values_of(pair.kept)
    change_locked(session, pair.kept, cast("ContactChanges", taken))
    # Another company has passed its values on; only what was chosen may change.
    for field in before.keys() - taken.keys():
        setattr(pair.kept, field, before[field])


def _join_protections(pair: Pair) -> None:
    """Whoever of the two was left out or protected, the one they become is."""
    kept, other = pair
    if other.minor and not kept.minor:
        kept.minor = True
        kept.parental_consent_received = other.parental_consent_received
    kept.exclude_from_segment |= other.exclude_from_segment
    kept.privacy_blocked |= other.privacy_blocked
    kept.last_modified_at = func.clock_timestamp()


def _move_rows(session: Session, pair: Pair) -> dict[str, int]:
    counts: dict[str, int] = {}
    values = parameters_of(pair, pair.kept.company_id)
    for move in moves_of(pair):
        for deed in move.deeds:
            used = {name: values[name] for name in deed.compile().params}
            statement = (
                deed.bindparams(bindparam("company", type_=BIGINT))
                if "company" in used
                else deed
            )
            result = session.execute(statement, used)
            counts[move.name] = result.rowcount  # type: ignore[attr-defined]
    return counts


def _retire(session: Session, actor: Actor, pair: Pair) -> None:
    kept, other = pair
    forget_pairs(session, [other.id])
    session.execute(delete(Contact).where(Contact.id == other.id))
    session.add(
        MergedContact(no=other.no, contact_id=kept.id, merged_by=actor.username)
    )
    session.flush()
