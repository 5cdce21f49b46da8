"""Lines that keep what they show, and lines that follow the header again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Date,
    Subquery,
    and_,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from core.segments.few_lines import only_lines
from core.segments.models import Segment, SegmentLine, is_personal
from core.segments.resolve import BLANKED_DATE, NO_ATTACHMENT, resolved_lines


def follows_template(segment: Segment) -> ColumnElement[bool]:
    """SEG-010: the line has the header's template, its own choice or not."""
    own = SegmentLine.interaction_template_code
    return or_(own.is_(None), own == segment.interaction_template_code)


def has_own_template(segment: Segment) -> ColumnElement[bool]:
    own = SegmentLine.interaction_template_code
    # Said as the partial index says it, so that the few personal lines are found
    # without reading the rest.
    return and_(is_personal(), own != segment.interaction_template_code)


def pin(
    session: Session,
    segment: Segment,
    fields: Sequence[str],
    which: ColumnElement[bool],
    *,
    showing: Mapping[str, object] | None = None,
) -> None:
    """Keep what the lines show now as their own values; with `showing` only on lines
    that show these values.

    Plan: only the lines meant are resolved, most often the few personal ones.
    """
    if segment.head == 0:
        return  # No step is in force, so no line shows anything.
    lacking = or_(*(getattr(SegmentLine, name).is_(None) for name in fields))
    meant = and_(lacking, which)
    # Most often none is left, and to ask for that is a look into an index.
    of_segment = SegmentLine.segment_id == segment.id
    if not session.scalar(select(exists().where(of_segment, meant))):
        return
    shown = _shown(segment, meant)
    session.execute(
        update(SegmentLine)
        .where(
            of_segment,
            SegmentLine.line_no == shown.c.line_no,
            *(shown.c[name] == value for name, value in (showing or {}).items()),
        )
        .values({name: _pinned(shown.c[name], name) for name in fields})
        .execution_options(synchronize_session=False)
    )


def _shown(segment: Segment, meant: ColumnElement[bool]) -> Subquery:
    resolved = select(resolved_lines(segment.id))
    return only_lines(resolved, segment.id, meant).subquery("shown")


def _pinned(shown: ColumnElement[object], name: str) -> ColumnElement[object]:
    if name == "date":
        return func.coalesce(shown, sql_cast(BLANKED_DATE, Date))
    if name == "attachment_id":
        return func.coalesce(shown, NO_ATTACHMENT)
    return shown


def drop_own(
    session: Session,
    segment: Segment,
    line_field: str,
    which: ColumnElement[bool],
    *,
    showing: Mapping[str, object] | None = None,
) -> None:
    """Hand the value back to the header; with `showing` only on lines that show these
    values."""
    own = getattr(SegmentLine, line_field)
    meant = and_(is_personal(), own.is_not(None), which)
    statement = update(SegmentLine).where(SegmentLine.segment_id == segment.id, meant)
    if showing:
        shown = _shown(segment, meant)
        statement = statement.where(
            SegmentLine.line_no == shown.c.line_no,
            *(shown.c[name] == value for name, value in showing.items()),
        )
    session.execute(
        statement.values({line_field: None}).execution_options(
            synchronize_session=False
        )
    )
