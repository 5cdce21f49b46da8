"""Criteria actions: each change of the roster is a numbered step (design idea 2).

A step stamps the lines it adds with its number and the lines it removes with the
same number; the segment's head says which steps are in force.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.discard import discard_unreferenced
from core.segments.held_attachments import attachments_of_lines, held_attachments
from core.segments.live import is_live
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind


@dataclass(frozen=True, slots=True)
class ActionOptions:
    """The options of a criteria action; all are off unless chosen (CRIT-016)."""

    allow_existing_contacts: bool = False
    expand_companies: bool = False
    allow_related_companies: bool = False
    ignore_exclusion: bool = False
    entire_companies: bool = False


_OFFERED = {
    ActionKind.ADD_CONTACTS: (
        "allow_existing_contacts",
        "expand_companies",
        "allow_related_companies",
        "ignore_exclusion",
    ),
    ActionKind.REDUCE_CONTACTS: ("entire_companies",),
    ActionKind.REFINE_CONTACTS: ("entire_companies",),
}


@dataclass(frozen=True, slots=True)
class NewAction:
    kind: ActionKind
    filters: Mapping[str, object] = field(default_factory=dict)
    options: ActionOptions = ActionOptions()


def begin_action(
    session: Session, actor: Actor, segment: Segment, new: NewAction
) -> SegmentAction:
    """Record the next step and move the head onto it (CRIT-030…032).

    The caller holds the segment's lock, so numbers cannot collide (TRAP-23).
    Steps that Go Back left ahead are discarded first. Options that the kind of action
    does not offer are off, and tables without a condition are no filter (CRIT-031).
    """
    discard_ahead(session, segment)
    options = {name: getattr(new.options, name) for name in _OFFERED[new.kind]}
    action = SegmentAction(
        segment_id=segment.id,
        action_no=segment.head + 1,
        kind=new.kind,
        filters={table: fields for table, fields in new.filters.items() if fields},
        **asdict(ActionOptions(**options)),
        lines_changed=0,
        created_by=actor.username,
    )
    session.add(action)
    segment.head = action.action_no
    session.flush()  # The statements that follow read the new head.
    return action


def discard_ahead(session: Session, segment: Segment) -> None:
    """Forget the steps after the head: their lines and what they removed."""
    ahead = (
        SegmentAction.segment_id == segment.id,
        SegmentAction.action_no > segment.head,
    )
    if not session.scalar(select(exists().where(*ahead))):
        return
    of_segment = SegmentLine.segment_id == segment.id
    is_ahead = SegmentLine.added_by > segment.head
    held = attachments_of_lines(session, segment, is_ahead)
    session.execute(delete(SegmentLine).where(of_segment, is_ahead))
    session.execute(
        update(SegmentLine)
        .where(of_segment, SegmentLine.removed_by > segment.head)
        .values(removed_by=None)
    )
    session.execute(delete(SegmentAction).where(*ahead))
    discard_unreferenced(session, held)


def reset_if_empty(session: Session, segment: Segment, *, wanted: bool) -> bool:
    """Clear the criteria of a segment that has become empty through more than one
    action (LINE-072). True if they were cleared."""
    actions = session.scalar(
        select(func.count()).where(
            SegmentAction.segment_id == segment.id,
            SegmentAction.action_no <= segment.head,
        )
    )
    if not wanted or (actions or 0) <= 1 or has_lines(session, segment):
        return False
    held = held_attachments(session, segment)
    session.execute(delete(SegmentLine).where(SegmentLine.segment_id == segment.id))
    session.execute(delete(SegmentAction).where(SegmentAction.segment_id == segment.id))
    discard_unreferenced(session, held)
    segment.head = 0
    session.flush()  # The criteria and the head go together.
    return True


def has_lines(session: Session, segment: Segment) -> bool:
    statement = (
        select(SegmentLine.line_no)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(Segment.id == segment.id, is_live())
        .limit(1)
    )
    return session.scalar(statement) is not None
