"""Add, reduce or refine: at once while the change is small, as a job when it is large.

A job freezes the segment like a log does, tells how far it is, can be cancelled, and
leaves the segment as it was unless it succeeds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import RefusedError
from core.jobs.models import Job
from core.jobs.run import JobRun
from core.segments.actions import ActionOptions, reset_if_empty
from core.segments.add_contacts import add_contacts, contacts_to_add
from core.segments.bulk import every_row_meant, tell_planner
from core.segments.contact_filter import Filters
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.queries import totals
from core.segments.remove_contacts import (
    lines_to_remove,
    reduce_contacts,
    refine_contacts,
)
from core.segments.targets import keeping_targets
from core.vocabulary import ActionKind

AT_ONCE = 20_000
"""Lines that are changed while the user waits; more than that is a job."""

MANY = 1_000
"""Lines that the planner must know of before it is asked for them."""

JOB_KINDS = {kind: kind.name.lower() for kind in ActionKind}
"""add_contacts, reduce_contacts, refine_contacts."""

_DEEDS = {
    ActionKind.ADD_CONTACTS: add_contacts,
    ActionKind.REDUCE_CONTACTS: reduce_contacts,
    ActionKind.REFINE_CONTACTS: refine_contacts,
}
_COUNTED = {
    ActionKind.ADD_CONTACTS: "contacts match",
    ActionKind.REDUCE_CONTACTS: "lines would go",
    ActionKind.REFINE_CONTACTS: "lines would go",
}
_TITLES = {
    ActionKind.ADD_CONTACTS: "Add contacts to segment {}",
    ActionKind.REDUCE_CONTACTS: "Take contacts out of segment {}",
    ActionKind.REFINE_CONTACTS: "Keep only some contacts of segment {}",
}


@dataclass(frozen=True, slots=True)
class RosterChange:
    kind: ActionKind
    filters: Filters
    options: ActionOptions
    reset_when_empty: bool = True
    "LINE-072; asked of Reduce and Refine."
    expected: int | None = None
    "Lines the user was told would change; another number is refused."


def change_roster(
    session: Session,
    actor: Actor,
    segment_no: str,
    change: RosterChange,
    *,
    at_once: int = AT_ONCE,
) -> SegmentAction | Job:
    """The action that was done, or the job that will do it.

    Raises NotFoundError, ConflictError E-FROZEN, RefusedError E-FILTER, E-COUNT.
    """
    segment = open_for_editing(session, segment_no)
    if is_more_than(session, at_once, rows_to_change(segment, change)):
        return _request(session, actor, segment, change)
    return apply_change(session, actor, segment, change)


def request_change_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    segment = open_for_editing(session, arguments["segment_no"])
    return _request(session, actor, segment, change_of(arguments))


def change_roster_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kinds add_contacts, reduce_contacts and refine_contacts."""
    session = run.session
    segment = lock_frozen(session, run.job)
    change = change_of(run.job.arguments)
    run.progress.plan(_planned(run, segment, change))
    run.check()
    is_adding = change.kind is ActionKind.ADD_CONTACTS
    run.progress.phase("adding" if is_adding else "taking out")
    with every_row_meant(session):
        action = apply_change(session, run.job.actor, segment, change)
    run.progress.done(action.lines_changed)
    segment.frozen_by_job_id = None
    return {
        "changed_segment_no": segment.no,
        "action": JOB_KINDS[change.kind],
        "lines_changed": action.lines_changed,
        "no_of_lines": totals(session, segment).no_of_lines,
    }


def _planned(run: JobRun, segment: Segment, change: RosterChange) -> int:
    """What the user was told is counted no second time: another number is refused."""
    if change.expected is not None:
        return change.expected
    run.progress.phase("counting")
    with every_row_meant(run.session):
        return count_rows(run.session, rows_to_change(segment, change))


def rows_to_change(segment: Segment, change: RosterChange) -> Select[int]:
    """What tells the lines or contacts apart that the change is about."""
    if change.kind is ActionKind.ADD_CONTACTS:
        return contacts_to_add(segment, change.filters, change.options)
    return lines_to_remove(segment, change.kind, change.filters, change.options)


def apply_change(
    session: Session, actor: Actor, segment: Segment, change: RosterChange
) -> SegmentAction:
    """Do it at once, whatever its size, with LINE-072 when it empties the segment."""
    with keeping_targets(session, segment):
        action = _DEEDS[change.kind](
            session, actor, segment, change.filters, change.options
        )
    if change.expected not in {None, action.lines_changed}:
        raise RefusedError(
            "E-COUNT",
            f"{action.lines_changed:,} {_COUNTED[change.kind]} now; it was "
            f"{change.expected:,} when you looked. Nothing was changed: look again and "
            "repeat.",
        )
    if action.lines_changed >= MANY:
        tell_planner(session, SegmentLine)
    session.flush()  # Whether the segment is empty is asked next.
    if change.kind is not ActionKind.ADD_CONTACTS:
        reset_if_empty(session, segment, wanted=change.reset_when_empty)
    return action


def _request(
    session: Session, actor: Actor, segment: Segment, change: RosterChange
) -> Job:
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=JOB_KINDS[change.kind],
        title=_TITLES[change.kind].format(segment.no),
        arguments=as_arguments(change),
    )


def as_arguments(change: RosterChange) -> dict[str, object]:
    """The change as it is kept with a job."""
    return {
        "filters": dict(change.filters),
        "options": asdict(change.options),
        "reset_when_empty": change.reset_when_empty,
        "expected": change.expected,
        "action": int(change.kind),
    }


def change_of(arguments: Mapping[str, Any]) -> RosterChange:
    return RosterChange(
        kind=ActionKind(arguments["action"]),
        filters=cast("Filters", arguments["filters"]),
        options=ActionOptions(**arguments["options"]),
        reset_when_empty=arguments["reset_when_empty"],
        expected=arguments["expected"],
    )
