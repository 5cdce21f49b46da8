"""What a log keeps of the segment it retires, so that it can be taken back.

Contacts and line numbers stand in the entries; only the header, which is one row, and
the own values of personal lines would be lost.
"""

from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Select,
    Table,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.interactions.models import LoggedLine, LoggedSegment
from core.segments.live import in_force
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentAction,
    SegmentLanguage,
    SegmentLine,
    is_personal,
)

_LANGUAGES = cast("Table", SegmentLanguage.__table__)
_ACTIONS = cast("Table", SegmentAction.__table__)


def keep_for_undo(session: Session, segment: Segment, logged: LoggedSegment) -> None:
    """Header, content and criteria as JSON, and each personal line's own values.

    Call it when only lines that were logged are left, and before the segment changes.
    """
    session.flush()
    logged.header = {
        "segment": session.scalars(_row_of(segment)).one(),
        "languages": session.scalars(_rows_below(_LANGUAGES, segment)).all(),
        "actions": session.scalars(_rows_below(_ACTIONS, segment)).all(),
    }
    session.execute(_own_values(segment, logged))


def remember_follow_up(
    session: Session, follow_up: Segment, logged: LoggedSegment
) -> None:
    """How the follow-up began, to see later whether anything has happened to it."""
    session.flush()
    as_it_began = session.scalars(_row_of(follow_up)).one()
    logged.header = {**(logged.header or {}), "follow_up": as_it_began}


def _row_of(segment: Segment) -> Select[Any]:
    row = func.to_jsonb(literal_column("segment"), type_=JSONB)
    return select(row).select_from(Segment).where(Segment.id == segment.id)


def _rows_below(table: Table, segment: Segment) -> Select[Any]:
    row = func.to_jsonb(literal_column(table.name), type_=JSONB)
    return (
        select(row)
        .select_from(table)
        .where(table.c.segment_id == segment.id)
        .order_by(*table.primary_key)
    )


def _own_values(segment: Segment, logged: LoggedSegment) -> Insert:
    """Plan: the partial index over personal lines, and nothing for the others."""
    named: list[ColumnElement[Any]] = []
    for name in OVERRIDES:
        named += [literal(name), getattr(SegmentLine, name)]
    own = func.jsonb_strip_nulls(func.jsonb_build_object(*named), type_=JSONB)
    return insert(LoggedLine).from_select(
        ["logged_segment_entry_no", "line_no", "own"],
        select(literal(logged.entry_no, BigInteger), SegmentLine.line_no, own).where(
            SegmentLine.segment_id == segment.id, in_force(segment), is_personal()
        ),
    )
