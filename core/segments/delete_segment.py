"""Delete a segment and everything under it (SEG-004)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.segments.held_attachments import held_attachments
from core.segments.models import Segment, SegmentLine
from core.segments.targets import keeping_targets


def delete_segment(session: Session, segment: Segment) -> None:
    """The caller holds the segment's lock. Who was a target only by its lines is none
    any more (TGT-020)."""
    with keeping_targets(session, segment):
        drop_segment(session, segment)


def drop_segment(session: Session, segment: Segment) -> None:
    """The same for a segment whose lines live on as interactions. Actions and languages
    go by cascade; the lines have no foreign key and go here, in one statement.
    Attachments that nobody else has go last."""
    held = held_attachments(session, segment)
    session.execute(delete(SegmentLine).where(SegmentLine.segment_id == segment.id))
    session.execute(delete(Segment).where(Segment.id == segment.id))
    session.expunge(segment)
    discard_unreferenced(session, held)
