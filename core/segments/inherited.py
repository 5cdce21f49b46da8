"""What lines would show if they had no values of their own."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.segments.few_lines import only_lines
from core.segments.models import OVERRIDES, Segment, SegmentLine
from core.segments.resolve import resolved_lines

_GIVEN_BACK = frozenset(OVERRIDES) - {"interaction_template_code"}
"""A line's own template stays: its other values come from it."""


def inherited_values(
    session: Session, segment: Segment, line_nos: Collection[int]
) -> dict[int, Row[Any]]:
    """The resolved values of these lines by line number, without their own ones.

    Resolved by the one expression there is, so this can never disagree with what
    giving a value back to the header will show. The template is the one exception;
    without an own one a line has the header's.
    """
    resolved = select(resolved_lines(segment.id))
    these = SegmentLine.line_no.in_(line_nos)
    rows = session.execute(only_lines(resolved, segment.id, these, without=_GIVEN_BACK))
    return {row.line_no: row for row in rows}
