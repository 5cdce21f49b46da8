"""Taking the next number of a series (NOS-005…NOS-007)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from core.errors import RefusedError
from core.numbering import queries
from core.numbering.increment import has_digits, incremented, is_within
from core.numbering.models import NumberSeries, NumberSeriesLine


def next_number(session: Session, series_code: str, on: date) -> str:
    """Draw the next number; the series stays locked until the transaction ends."""
    return next_numbers(session, series_code, on, 1)[0]


def next_numbers(session: Session, series_code: str, on: date, count: int) -> list[str]:
    """Draw a block of numbers; for the database it is as little work as one."""
    series = queries.lock_series(session, series_code)
    lines = queries.lines_of_series(session, series_code)
    numbers = []
    for _ in range(count):
        line, number = _line_and_number(lines, series_code, series, on)
        line.last_no_used = number
        line.last_date_used = on
        line.open = has_more(line)
        numbers.append(number)
    return numbers


def peek_number(session: Session, series_code: str, on: date) -> str:
    """The number a draw would give now, without drawing it."""
    series = queries.series_by_code(session, series_code)
    lines = queries.lines_of_series(session, series_code)
    return _line_and_number(lines, series_code, series, on)[1]


def _line_and_number(
    lines: Sequence[NumberSeriesLine],
    series_code: str,
    series: NumberSeries | None,
    on: date,
) -> tuple[NumberSeriesLine, str]:
    line = _line_for(lines, series_code, on)
    _refuse_step_back(series, line, on)
    return line, _number_after(line)


def _line_for(
    lines: Sequence[NumberSeriesLine], series_code: str, on: date
) -> NumberSeriesLine:
    """The first open line among those with the latest starting date (NOS-005)."""
    if not lines:
        raise RefusedError(
            "E-SERIES-NONE",
            f"Number series {series_code} has no lines to take a number from.",
        )
    started = [line for line in lines if _start(line) <= on]
    latest = max(map(_start, started), default=None)
    candidates = [line for line in started if _start(line) == latest]
    for line in candidates:
        if line.open:
            return line
    for line in candidates:
        if line.last_no_used and not has_more(line):
            raise _exhausted(line)
    raise RefusedError(
        "E-SERIES-DATE",
        f"Number series {series_code} has no open line for {on.isoformat()}.",
    )


def _refuse_step_back(
    series: NumberSeries | None, line: NumberSeriesLine, on: date
) -> None:
    last = line.last_date_used
    if series and series.date_order and last and on < last:
        raise RefusedError(
            "E-SERIES-ORDER",
            f"Number series {series.code} gives numbers in date order: it was last "
            f"used for {last.isoformat()}, which is after {on.isoformat()}.",
        )


def _number_after(line: NumberSeriesLine) -> str:
    number = _following(line)
    if number is None:
        raise _exhausted(line)
    return number


def _following(line: NumberSeriesLine) -> str | None:
    """The number after the last used one, or None where the range ends (NOS-006)."""
    number = line.starting_no
    if line.last_no_used:
        if not has_digits(line.last_no_used):
            return None
        number = incremented(line.last_no_used, line.increment_by)
    fits = number and is_within(number, line.starting_no, line.ending_no)
    return number if fits else None


def has_more(line: NumberSeriesLine) -> bool:
    # A line without an ending number stays open (NOS-007 closes at the end only).
    return not line.ending_no or _following(line) is not None


def _exhausted(line: NumberSeriesLine) -> RefusedError:
    last = line.ending_no or line.last_no_used or line.starting_no
    return RefusedError(
        "E-SERIES-RANGE",
        f"Number series {line.series_code} has no number left in its line "
        f"{line.line_no}: the last allowed number is {last}.",
    )


def _start(line: NumberSeriesLine) -> date:
    return line.starting_date or date.min
