"""Personalise the lines a user chose: at once while they are few, as a job when they
are many. The job freezes the segment, can be cancelled, and does all or nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import RefusedError
from core.jobs.models import Job
from core.jobs.run import JobRun
from core.segments.bulk import every_row_meant, tell_planner
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.line_list import LineFilter, line_numbers
from core.segments.models import Segment, SegmentLine
from core.segments.personalise_lines import (
    Personalisation,
    personalise_lines,
    record_lines_without_address,
)
from core.segments.queries import totals

if TYPE_CHECKING:
    from core.segments.changes import LineChanges

PERSONALISE_LINES = "personalise_lines"


@dataclass(frozen=True, slots=True)
class LinesChange:
    which: LineFilter
    wanted: Personalisation
    expected: int | None = None
    "Lines the user was told would change; another number is refused."


def personalise_many(
    session: Session,
    actor: Actor,
    segment_no: str,
    change: LinesChange,
    *,
    at_once: int = AT_ONCE,
) -> int | Job:
    """The number of lines that were changed, or the job that will change them.

    Raises NotFoundError, ConflictError E-FROZEN, RefusedError with all faults, or
    E-COUNT where other lines match than the user was told.
    """
    segment = open_for_editing(session, segment_no)
    if is_more_than(session, at_once, line_numbers(segment, change.which)):
        return _request(session, actor, segment, change)
    return _apply(session, segment, change)


def request_personalisation_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    segment = open_for_editing(session, arguments["segment_no"])
    return _request(session, actor, segment, _change_of(arguments))


def personalise_lines_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind personalise_lines."""
    session = run.session
    segment = lock_frozen(session, run.job)
    change = _change_of(run.job.arguments)
    run.progress.phase("counting")
    with every_row_meant(session):
        planned = count_rows(session, line_numbers(segment, change.which))
    run.progress.plan(planned)
    run.check()
    run.progress.phase("personalising")
    changed = _apply_in_job(run, segment, change)
    run.progress.done(changed)
    tell_planner(session, SegmentLine)
    segment.frozen_by_job_id = None
    return {
        "changed_segment_no": segment.no,
        "lines_changed": changed,
        "personal_lines": totals(session, segment).personal_lines,
    }


def _apply(session: Session, segment: Segment, change: LinesChange) -> int:
    lines = line_numbers(segment, change.which)
    changed = personalise_lines(session, segment, lines, change.wanted)
    if change.expected not in {None, changed}:
        raise RefusedError(
            "E-COUNT",
            f"{changed:,} lines match now; it was {change.expected:,} when you looked. "
            "Nothing was changed: look again and repeat.",
        )
    return changed


def _apply_in_job(run: JobRun, segment: Segment, change: LinesChange) -> int:
    segment_id, job_id = segment.id, run.job.id

    def record(session: Session) -> None:
        found = session.get_one(Segment, segment_id)
        lines = line_numbers(found, change.which)
        record_lines_without_address(session, job_id, found, lines, change.wanted)

    try:
        with every_row_meant(run.session):
            return _apply(run.session, segment, change)
    except RefusedError as refused:
        if any(fault.line_no for fault in refused.faults):
            run.record_errors_after_rollback(record)
        raise


def _request(
    session: Session, actor: Actor, segment: Segment, change: LinesChange
) -> Job:
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=PERSONALISE_LINES,
        title=f"Personalise lines of segment {segment.no}",
        arguments={
            "which": asdict(change.which),
            "values": {
                name: _as_json(value) for name, value in change.wanted.values.items()
            },
            "inherit": sorted(change.wanted.inherit),
            "expected": change.expected,
        },
    )


def _change_of(arguments: Mapping[str, Any]) -> LinesChange:
    values = {
        name: _from_json(name, value) for name, value in arguments["values"].items()
    }
    return LinesChange(
        which=LineFilter(**arguments["which"]),
        wanted=Personalisation(cast("LineChanges", values), arguments["inherit"]),
        expected=arguments["expected"],
    )


_READ: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "time_of_interaction": time.fromisoformat,
    "cost": Decimal,
    "duration": Decimal,
}
"""Values that JSON keeps as texts."""


def _as_json(value: object) -> object:
    return str(value) if isinstance(value, date | time | Decimal) else value


def _from_json(name: str, value: Any) -> object:  # noqa: ANN401  (of any field)
    return value if value is None or name not in _READ else _READ[name](value)
