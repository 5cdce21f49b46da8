"""What lines would show if they had no values of their own."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, null, select
from sqlalchemy.orm import Session

from core.segments.models import OVERRIDES, Segment, SegmentLine
from core.segments.resolve import resolved_lines

_KEPT = frozenset({"interaction_template_code"})
"""A line's own template stays: its other values come from it."""


def inherited_values(
    session: Session, segment: Segment, line_nos: Collection[int]
) -> dict[int, Row[Any]]:
    """The resolved values of these lines by line number, without their own ones.

    The lines are resolved by the one expression there is, over a table that stands in
    for `segment_line`: the same rows with the own values taken away. So this can never
    disagree with what giving a value back to the header will show. The template is
    the one exception; without an own one a line has the header's.
    """
    table = SegmentLine.__table__
    without_own_values = (
        select(
            *(
                null().cast(column.type).label(column.name)
                if column.name in OVERRIDES and column.name not in _KEPT
                else column
                for column in table.columns
            )
        )
        .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no.in_(line_nos))
        .cte(SegmentLine.__tablename__)
    )
    resolved = resolved_lines(segment.id)
    rows = session.execute(select(resolved).add_cte(without_own_values))
    return {row.line_no: row for row in rows}
