"""The attachments a segment points at, and letting go of them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from core.segments.models import Segment, SegmentLanguage, SegmentLine


def held_attachments(session: Session, segment: Segment) -> Collection[int]:
    """Of its content and of all its lines, whether these are in force or not. Ask
    before the rows go; discard_unreferenced takes what it was afterwards."""
    of_content = select(SegmentLanguage.attachment_id).where(
        SegmentLanguage.segment_id == segment.id,
        SegmentLanguage.attachment_id.is_not(None),
    )
    of_lines = select(SegmentLine.attachment_id).where(
        SegmentLine.segment_id == segment.id, has_own_attachment()
    )
    held = session.scalars(union(of_content, of_lines)).all()
    return [number for number in held if number is not None]


def attachments_of_lines(
    session: Session, segment: Segment, which: ColumnElement[bool]
) -> Collection[int]:
    """The own ones of these lines."""
    own = select(SegmentLine.attachment_id).where(
        SegmentLine.segment_id == segment.id, has_own_attachment(), which
    )
    return [number for number in session.scalars(own.distinct()) if number is not None]


def has_own_attachment() -> ColumnElement[bool]:
    """Said as the partial index says it: few lines have one, and only these are read."""
    return SegmentLine.attachment_id > 0
