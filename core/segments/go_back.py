"""Go Back and Go Forward: the head moves, nothing else (design idea 2)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ConflictError
from core.segments.models import Segment, SegmentAction
from core.segments.targets import keeping_targets


def go_back(session: Session, segment: Segment) -> None:
    """Undo the newest action in force. Lines and their own values come back exactly."""
    if segment.head == 0:
        raise ConflictError("E-NO-ACTION", "There is no action to go back from.")
    earlier = select(func.max(SegmentAction.action_no)).where(
        SegmentAction.segment_id == segment.id, SegmentAction.action_no < segment.head
    )
    with keeping_targets(session, segment):
        segment.head = session.scalar(earlier) or 0


def go_forward(session: Session, segment: Segment) -> None:
    """Redo the action that Go Back undid last."""
    later = session.scalar(
        select(func.min(SegmentAction.action_no)).where(
            SegmentAction.segment_id == segment.id,
            SegmentAction.action_no > segment.head,
        )
    )
    if later is None:
        raise ConflictError("E-NO-ACTION", "There is no action to go forward to.")
    with keeping_targets(session, segment):
        segment.head = later
