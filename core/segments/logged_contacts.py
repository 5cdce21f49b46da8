"""The contacts of a logged segment, chosen once more: one Add, a line per entry.

For a reuse in an open segment (FUP-013) and for a follow-up made later (FUP-022).
"""

from typing import Any

from sqlalchemy import BigInteger, Integer, Select, case, func, insert, literal, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.errors import RefusedError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.add_contacts import highest_line_no
from core.segments.bulk import announced, give_hash_memory
from core.segments.live import LINE_STEP
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.targets import keeping_targets
from core.vocabulary import ActionKind


def filters_of_logged(logged_segment_entry_no: int) -> dict[str, object]:
    """The filter that an action made from a logged segment is known by (FUP-010)."""
    condition = {"logged_segment_entry_no": [str(logged_segment_entry_no)]}
    return {"interaction_log_entry": condition}


def kept_logged_segment(session: Session, entry_no: int) -> LoggedSegment | None:
    """The logged segment, kept from being deleted until the transaction ends."""
    return session.get(
        LoggedSegment,
        entry_no,
        with_for_update={"read": True, "key_share": True},
        populate_existing=True,
    )


def refuse_if_undone(logged: LoggedSegment) -> None:
    """A canceled log may be reused, one that was taken back has nothing to give."""
    if logged.undone_at is not None:
        raise RefusedError(
            "E-UNDONE",
            f"The log of segment {logged.segment_no} was taken back: there are no "
            "entries to take contacts from.",
        )


def logged_contacts(logged_segment_entry_no: int) -> Select[Any]:
    """Who gets a line: the contact of every entry, canceled ones, doubles and excluded
    contacts included (FUP-020), as long as there is still such a contact."""
    entry = InteractionLogEntry
    return (
        select(entry.contact_id)
        .join(Contact, Contact.id == entry.contact_id)
        .where(entry.logged_segment_entry_no == logged_segment_entry_no)
    )


def add_logged_contacts(
    session: Session, actor: Actor, segment: Segment, logged_segment_entry_no: int
) -> SegmentAction:
    """Append the lines to the locked segment as its next action, in entry order; the
    target groups of campaigns follow (DEC-03).

    A line has the campaign it was logged with: as its own value where the header says
    another one, also when it is blank (FUP-010). All else it takes from the header.

    Plan (a million entries): entries by their index on the logged segment, hashed
    against the contacts, one sort by entry number, and the writing of the lines.
    """
    with keeping_targets(session, segment):
        return _add(session, actor, segment, logged_segment_entry_no)


def _add(
    session: Session, actor: Actor, segment: Segment, logged_segment_entry_no: int
) -> SegmentAction:
    share_contacts(session)
    give_hash_memory(session)
    last_line_no = highest_line_no(session, segment)
    action = begin_action(
        session,
        actor,
        segment,
        NewAction(
            ActionKind.ADD_CONTACTS,
            filters_of_logged(logged_segment_entry_no),
            ActionOptions(allow_existing_contacts=True),
        ),
    )
    entry = InteractionLogEntry
    position = func.row_number().over(order_by=entry.entry_no)
    is_inherited = entry.campaign_no == segment.campaign_no
    new_lines = logged_contacts(logged_segment_entry_no).with_only_columns(
        literal(segment.id, BigInteger),
        announced(last_line_no + position * LINE_STEP, position),
        entry.contact_id,
        literal(action.action_no, Integer),
        case((is_inherited, None), else_=entry.campaign_no),
    )
    columns = ["segment_id", "line_no", "contact_id", "added_by", "campaign_no"]
    action.lines_changed = rows_written(
        session, insert(SegmentLine).from_select(columns, new_lines)
    )
    return action
