"""Do saved criteria again, against today's contacts (SAVE-003…006, DEC-04).

Each saved step becomes an action of its own, so that Go Back undoes them one by one.
All of them or none: one transaction, at once while they change few lines, else a job.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import undone_when_raising
from core.errors import Fault, RefusedError
from core.jobs.models import Job
from core.jobs.run import JobRun
from core.segments.actions import ActionOptions
from core.segments.bulk import every_row_meant, tell_planner
from core.segments.change_roster import (
    AT_ONCE,
    RosterChange,
    apply_change,
    as_arguments,
    change_of,
    rows_to_change,
)
from core.segments.confirm_reuse import require_confirmation
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.models import SavedCriteriaAction, Segment, SegmentLine
from core.segments.queries import totals
from core.segments.saved_criteria import actions_of, check_repeatable
from core.segments.targets import keeping_targets
from core.vocabulary import ActionKind

REUSE_CRITERIA = "reuse_criteria"


def reuse_criteria(
    session: Session,
    actor: Actor,
    segment_no: str,
    code: str,
    *,
    confirm: bool = False,
    reset_when_empty: bool = True,
    at_once: int = AT_ONCE,
) -> int | Job:
    """The number of lines the steps changed, or the job that will do them.

    Raises NotFoundError, ConflictError E-FROZEN or E-CONFIRM, RefusedError
    E-UNKNOWN-CODE or E-FILTER.
    """
    segment = open_for_editing(session, segment_no)
    changes = _saved_changes(session, code, reset_when_empty=reset_when_empty)
    require_confirmation(session, segment, confirmed=confirm)
    # How much a step changes is known when those before it are done. So they are
    # done, and undone again where it turns out to be too much for somebody who waits.
    try:
        with undone_when_raising(session), keeping_targets(session, segment):
            return _apply_while_few(session, actor, segment, changes, at_once)
    except _TooManyLinesError:
        return _request(session, actor, segment, code, changes)


def request_criteria_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    segment = open_for_editing(session, arguments["segment_no"])
    changes = [change_of(step) for step in arguments["steps"]]
    return _request(session, actor, segment, arguments["code"], changes)


def reuse_criteria_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind reuse_criteria."""
    session = run.session
    segment = lock_frozen(session, run.job)
    steps = cast("list[dict[str, Any]]", run.job.arguments["steps"])
    changed = 0
    with keeping_targets(session, segment):
        for position, change in enumerate(map(change_of, steps), start=1):
            run.check()
            doing = _DOING[change.kind]
            run.progress.phase(f"step {position} of {len(steps)}: {doing}")
            with every_row_meant(session):
                if position == len(steps):  # Sooner nobody can tell; no share may fall.
                    rows = rows_to_change(segment, change)
                    run.progress.plan(changed + count_rows(session, rows))
                action = apply_change(session, run.job.actor, segment, change)
            tell_planner(session, SegmentLine)
            changed += action.lines_changed
            run.progress.done(changed)
    segment.frozen_by_job_id = None
    return {
        "changed_segment_no": segment.no,
        "action": REUSE_CRITERIA,
        "actions": len(steps),
        "lines_changed": changed,
        "no_of_lines": totals(session, segment).no_of_lines,
    }


_DOING = {
    ActionKind.ADD_CONTACTS: "adding",
    ActionKind.REDUCE_CONTACTS: "taking out",
    ActionKind.REFINE_CONTACTS: "keeping only",
}


class _TooManyLinesError(Exception):
    """The steps change more lines than somebody who waits should wait for."""


def _saved_changes(
    session: Session, code: str, *, reset_when_empty: bool
) -> list[RosterChange]:
    saved = actions_of(session, code)
    if not saved:
        detail = f"There are no saved criteria {code}."
        fault = Fault("E-UNKNOWN-CODE", detail, "code")
        raise RefusedError(fault.code, detail, faults=(fault,))
    check_repeatable(saved)
    return [_change_again(each, reset_when_empty=reset_when_empty) for each in saved]


def _change_again(
    saved: SavedCriteriaAction, *, reset_when_empty: bool
) -> RosterChange:
    return RosterChange(
        kind=ActionKind(saved.kind),
        filters=saved.filters,
        options=ActionOptions(
            allow_existing_contacts=saved.allow_existing_contacts,
            expand_companies=saved.expand_companies,
            allow_related_companies=saved.allow_related_companies,
            ignore_exclusion=saved.ignore_exclusion,
            entire_companies=saved.entire_companies,
        ),
        reset_when_empty=reset_when_empty,
    )


def _apply_while_few(
    session: Session,
    actor: Actor,
    segment: Segment,
    changes: Sequence[RosterChange],
    most: int,
) -> int:
    """The lines changed in all, which are `most` at the most."""
    changed = 0
    for change in changes:
        rows = rows_to_change(segment, change)
        if is_more_than(session, most - changed, rows):
            raise _TooManyLinesError
        changed += apply_change(session, actor, segment, change).lines_changed
    return changed


def _request(
    session: Session,
    actor: Actor,
    segment: Segment,
    code: str,
    changes: Sequence[RosterChange],
) -> Job:
    """The job gets the steps themselves: what is saved may change before it begins."""
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=REUSE_CRITERIA,
        title=f"Reuse criteria {code} in segment {segment.no}",
        arguments={
            "code": code,
            "steps": [as_arguments(change) for change in changes],
        },
    )
