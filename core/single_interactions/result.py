"""How it went, noted on an interaction that is logged already (INT-039)."""

from decimal import Decimal
from typing import TypedDict

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import ConflictError, FaultList, NotFoundError
from core.interactions.models import InteractionLogEntry
from core.records import apply_changes


class ResultChanges(TypedDict, total=False):
    description: str
    evaluation: int
    attempt_failed: bool
    cost: Decimal
    "In the local currency, not negative."
    duration: Decimal
    "Minutes, not negative."


def lock_single_interaction(session: Session, entry_no: int) -> InteractionLogEntry:
    """Raises NotFoundError, and ConflictError E-NOT-SINGLE for an interaction of a
    logged segment, whose cost and minutes the log itself tells, E-CANCELED."""
    entry = session.get(
        InteractionLogEntry, entry_no, with_for_update=True, populate_existing=True
    )
    if entry is None or entry.postponed:
        raise NotFoundError(
            "E-NOT-FOUND", f"There is no interaction log entry {entry_no}."
        )
    if entry.logged_segment_entry_no is not None:
        raise ConflictError(
            "E-NOT-SINGLE",
            f"Interaction {entry_no} was logged with segment {entry.segment_no}, and "
            "stays as it was logged.",
        )
    if entry.canceled:
        raise ConflictError(
            "E-CANCELED",
            f"Interaction {entry_no} is canceled. Let it count again first.",
        )
    return entry


def save_result(
    session: Session,
    actor: Actor,
    entry: InteractionLogEntry,
    changes: ResultChanges,
) -> None:
    """Of a locked interaction; the subject stays what was written to the contact.
    Raises RefusedError where the description would be blank."""
    faults = FaultList()
    if not changes.get("description", entry.description):
        faults.add("description", "E-FIELD", "Fill in the description.")
    faults.refuse_if_any()
    before = {name: getattr(entry, name) for name in changes}
    apply_changes(entry, changes)
    changed = {
        name: {"from": str(old), "to": str(getattr(entry, name))}
        for name, old in before.items()
        if old != getattr(entry, name)
    }
    if changed:
        record_audit(session, actor, "interaction.result", f"{entry.entry_no}", changed)
