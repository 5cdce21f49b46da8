"""The lines of a number series: the ranges its numbers come from."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import FaultList, NotFoundError
from core.numbering.increment import has_digits, is_within
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.numbering.next_number import has_more
from core.numbering.queries import lines_of_series
from core.records import add_record, apply_changes

STEP = 10000
"Between two line numbers, so that a line can be put in between later."


class LineChanges(TypedDict, total=False):
    starting_date: date | None
    starting_no: str
    ending_no: str
    warning_no: str
    increment_by: int
    last_no_used: str
    last_date_used: date | None
    open: bool


def series_line(session: Session, code: str, line_no: int) -> NumberSeriesLine:
    line = session.get(NumberSeriesLine, (code, line_no), populate_existing=True)
    if line is None:
        raise NotFoundError(
            "E-NOT-FOUND", f"Number series {code} has no line {line_no}."
        )
    return line


def add_line(
    session: Session,
    actor: Actor,
    series: NumberSeries,
    draft: LineChanges,
    *,
    line_no: int | None = None,
) -> NumberSeriesLine:
    """Lock the series before. Without a line number the line goes to the end."""
    if line_no is None:
        lines = lines_of_series(session, series.code)
        line_no = (lines[-1].line_no if lines else 0) + STEP
    line = NumberSeriesLine(
        series_code=series.code,
        line_no=line_no,
        starting_no="",
        ending_no="",
        warning_no="",
        last_no_used="",
        increment_by=1,
        open=True,
    )
    _apply(line, draft)
    add_record(session, line, f"line of number series {series.code}", "line_no")
    record_audit(session, actor, "number_series.add_line", series.code, _plain(draft))
    return line


def change_line(
    session: Session, actor: Actor, line: NumberSeriesLine, changes: LineChanges
) -> None:
    """Lock the series before."""
    _apply(line, changes)
    record_audit(
        session, actor, "number_series.change_line", line.series_code, _plain(changes)
    )


def delete_line(session: Session, actor: Actor, line: NumberSeriesLine) -> None:
    session.delete(line)
    record_audit(
        session,
        actor,
        "number_series.delete_line",
        line.series_code,
        {"line_no": line.line_no},
    )


def _apply(line: NumberSeriesLine, changes: LineChanges) -> None:
    apply_changes(line, changes)
    _check(line)
    if "open" not in changes:
        line.open = has_more(line)


def _check(line: NumberSeriesLine) -> None:
    faults = FaultList()
    first, last = line.starting_no, line.ending_no
    if not has_digits(first):
        faults.add("starting_no", "E-FIELD", "The starting number needs a digit.")
    elif last and not is_within(last, first, ""):
        faults.add(
            "ending_no",
            "E-FIELD",
            f"The ending number must follow {first} and differ in its digits only.",
        )
    else:
        _check_within(faults, line)
    faults.refuse_if_any()


def _check_within(faults: FaultList, line: NumberSeriesLine) -> None:
    for field in ("warning_no", "last_no_used"):
        number: str = getattr(line, field)
        if number and not is_within(number, line.starting_no, line.ending_no):
            end = line.ending_no or "the end"
            detail = f"{number} does not lie between {line.starting_no} and {end}."
            faults.add(field, "E-FIELD", detail)


def _plain(changes: LineChanges) -> Mapping[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in changes.items()
    }
