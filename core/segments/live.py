"""Which lines are in a segment right now (design idea: actions are versions)."""

from sqlalchemy import ColumnElement, and_, or_

from core.segments.models import Segment, SegmentLine

LINE_STEP = 10_000
"""Line numbers go up in steps of this size."""


def is_live(
    line: type[SegmentLine] = SegmentLine, segment: type[Segment] = Segment
) -> ColumnElement[bool]:
    """True for a line that was added at or before the segment's head and not
    removed by it. Moving the head is all that Go Back and Go Forward do."""
    return and_(
        line.added_by <= segment.head,
        or_(line.removed_by.is_(None), line.removed_by > segment.head),
    )


def in_force(segment: Segment) -> ColumnElement[bool]:
    """The same for the lines of one segment whose head is known."""
    return and_(
        SegmentLine.added_by <= segment.head,
        or_(SegmentLine.removed_by.is_(None), SegmentLine.removed_by > segment.head),
    )
