"""How the contacts of a logged segment had been chosen, as its log keeps it.

An undone log brings the roster back as one action (ADR 0012). What had led to it is
read from here: to be seen, not to be gone back to, since the lines that were taken out
on the way are gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Row,
    Select,
    SmallInteger,
    Text,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.interactions.models import LoggedSegment
from core.segments.logged_contacts import filters_of_logged
from core.segments.models import Segment, SegmentAction

STEP = (
    func.jsonb_to_recordset(LoggedSegment.header["actions"])
    .table_valued(
        column("action_no", Integer),
        column("kind", SmallInteger),
        column("filters", JSONB),
        column("allow_existing_contacts", Boolean),
        column("expand_companies", Boolean),
        column("allow_related_companies", Boolean),
        column("ignore_exclusion", Boolean),
        column("entire_companies", Boolean),
        column("lines_changed", Integer),
        column("created_at", DateTime(timezone=True)),
        column("created_by", Text),
        name="step",
    )
    .render_derived(with_types=True)
)


def steps_of_logs() -> Select[Any]:
    """A row for each step that was in force when its segment was logged, with its
    `step_no`: the first one is not the first action where a follow-up was logged."""
    first = cast(LoggedSegment.header[("actions", 0, "action_no")].astext, Integer)
    head = cast(LoggedSegment.header["segment"]["head"].astext, Integer)
    return (
        select(*STEP.c, (STEP.c.action_no - first + 1).label("step_no"))
        .select_from(LoggedSegment)
        .join(STEP, true())
        .where(LoggedSegment.header.is_not(None), STEP.c.action_no <= head)
    )


def steps_before_log(
    session: Session, segment: Segment, actions: Sequence[SegmentAction]
) -> Sequence[Row[Any]]:
    """What had led to the roster that an undone log brought back; nothing for other
    segments. Had that been undone before, the steps before the first log come first."""
    rows = session.execute(
        steps_of_logs()
        .add_columns(LoggedSegment.entry_no.label("log"))
        .where(
            LoggedSegment.segment_no == segment.no, LoggedSegment.undone_at.is_not(None)
        )
        .order_by(LoggedSegment.entry_no, STEP.c.action_no)
    )
    of_logs: dict[int, list[Row[Any]]] = {}
    for row in rows:
        of_logs.setdefault(row.log, []).append(row)
    return _unfolded(actions[0].filters, of_logs) if actions else []


def _unfolded(
    first: Mapping[str, object], of_logs: Mapping[int, list[Row[Any]]]
) -> list[Row[Any]]:
    for log, (begin, *further) in of_logs.items():
        if first == filters_of_logged(log):
            return [*(_unfolded(begin.filters, of_logs) or [begin]), *further]
    return []
