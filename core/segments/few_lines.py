"""Resolve a handful of lines of a segment, however many it has."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, null, select

from core.contacts.models import ContactAltAddressDateRange
from core.segments.models import SegmentLine


def only_lines(
    statement: Select[Any],
    segment_id: int,
    which: ColumnElement[bool],
    *,
    without: Collection[str] = (),
) -> Select[Any]:
    """The statement, for which `segment_line` holds nothing but the lines meant by
    `which`, a condition on `segment_line`.

    The lines are resolved by the one expression there is, over tables that stand in
    for the real ones: these lines, in which the own values named by `without` are
    taken away, and the addresses of their contacts. So a page of a million lines costs
    what its rows cost.
    """
    lines = (
        select(
            *(
                null().cast(column.type).label(column.name)
                if column.name in without
                else column
                for column in SegmentLine.__table__.columns
            )
        )
        .where(SegmentLine.segment_id == segment_id, which)
        .cte(SegmentLine.__tablename__)
    )
    ranges = ContactAltAddressDateRange
    addresses = (
        select(ranges.__table__)
        .where(ranges.contact_id.in_(select(lines.c.contact_id)))
        .cte(ranges.__tablename__)
    )
    return statement.add_cte(lines, addresses, nest_here=True)
