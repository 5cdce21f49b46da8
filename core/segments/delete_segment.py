"""Delete a segment and everything under it (SEG-004)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.segments.held_attachments import held_attachments
from core.segments.models import Segment, SegmentLine


def delete_segment(session: Session, segment: Segment) -> None:
    """The caller holds the segment's lock. Actions and languages go by cascade; the
    lines have no foreign key and go here, in one statement. Attachments that nobody
    else has go last."""
    held = held_attachments(session, segment)
    session.execute(delete(SegmentLine).where(SegmentLine.segment_id == segment.id))
    session.execute(delete(Segment).where(Segment.id == segment.id))
    session.expunge(segment)
    discard_unreferenced(session, held)
