"""Which lines a change of the header concerns, in numbers: what the question
"update the lines?" is asked with (SEG-012, SEG-023)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine, is_personal


@dataclass(frozen=True, slots=True)
class AffectedLines:
    with_own_template: int
    "Lines whose template is another one than the header's."
    with_own: Mapping[str, int]
    "Of the other lines, for each asked field how many have a value of their own."


def affected_lines(
    session: Session, segment: Segment, fields: Iterable[str]
) -> AffectedLines:
    """Only personal lines are read: all others follow the header."""
    names = tuple(fields)
    own_template = SegmentLine.interaction_template_code
    header_template = segment.interaction_template_code
    follows = or_(own_template.is_(None), own_template == header_template)
    counts = (
        func.count().filter(follows, getattr(SegmentLine, name).is_not(None))
        for name in names
    )
    row = session.execute(
        select(func.count().filter(own_template != header_template), *counts)
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(and_(Segment.id == segment.id, is_live(), is_personal()))
    ).one()
    return AffectedLines(row[0], dict(zip(names, row[1:], strict=True)))
