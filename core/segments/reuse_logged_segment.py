"""Take the contacts of a logged segment into an open one (FUP-013, FUP-020, FUP-021)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Fault, RefusedError
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.jobs.run import JobRun
from core.segments.bulk import every_row_meant, tell_planner
from core.segments.change_roster import AT_ONCE
from core.segments.confirm_reuse import require_confirmation
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.logged_contacts import (
    add_logged_contacts,
    kept_logged_segment,
    logged_contacts,
    refuse_if_undone,
)
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.queries import totals

REUSE_LOGGED_SEGMENT = "reuse_logged_segment"


def reuse_logged_segment(
    session: Session,
    actor: Actor,
    segment_no: str,
    logged_segment_entry_no: int,
    *,
    confirm: bool = False,
    at_once: int = AT_ONCE,
) -> SegmentAction | Job:
    """The action that was done, or the job that will do it.

    Raises NotFoundError, ConflictError E-FROZEN or E-CONFIRM, RefusedError
    E-UNKNOWN-CODE or E-UNDONE.
    """
    segment = open_for_editing(session, segment_no)
    logged = _logged_segment(session, logged_segment_entry_no)
    require_confirmation(session, segment, confirmed=confirm)
    if is_more_than(session, at_once, logged_contacts(logged.entry_no)):
        return _request(session, actor, segment, logged)
    return add_logged_contacts(session, actor, segment, logged.entry_no)


def request_reuse_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    segment = open_for_editing(session, arguments["segment_no"])
    logged = _logged_segment(session, arguments["logged_segment_entry_no"])
    return _request(session, actor, segment, logged)


def reuse_logged_segment_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind reuse_logged_segment."""
    session = run.session
    segment = lock_frozen(session, run.job)
    action = add_logged_in_job(run, segment)
    segment.frozen_by_job_id = None
    return {
        "changed_segment_no": segment.no,
        "action": REUSE_LOGGED_SEGMENT,
        "lines_changed": action.lines_changed,
        "no_of_lines": totals(session, segment).no_of_lines,
    }


def add_logged_in_job(run: JobRun, segment: Segment) -> SegmentAction:
    """Add the contacts of the logged segment that the job was promised for; the log
    may have been deleted or taken back since, which is a refusal."""
    entry_no = int(str(run.job.arguments["logged_segment_entry_no"]))
    run.progress.phase("counting")
    _logged_segment(run.session, entry_no)
    with every_row_meant(run.session):
        planned = count_rows(run.session, logged_contacts(entry_no))
    run.progress.plan(planned)
    run.check()
    run.progress.phase("adding")
    with every_row_meant(run.session):
        action = add_logged_contacts(run.session, run.job.actor, segment, entry_no)
    tell_planner(run.session, SegmentLine)
    run.progress.done(action.lines_changed)
    return action


def _logged_segment(session: Session, entry_no: int) -> LoggedSegment:
    logged = kept_logged_segment(session, entry_no)
    if logged is None:
        detail = f"There is no logged segment {entry_no}."
        fault = Fault("E-UNKNOWN-CODE", detail, "logged_segment_entry_no")
        raise RefusedError(fault.code, detail, faults=(fault,))
    refuse_if_undone(logged)
    return logged


def _request(
    session: Session, actor: Actor, segment: Segment, logged: LoggedSegment
) -> Job:
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=REUSE_LOGGED_SEGMENT,
        title=f"Reuse logged segment {logged.segment_no} in segment {segment.no}",
        arguments={
            "logged_segment_entry_no": logged.entry_no,
        },
        planned=logged.no_of_interactions,
    )
