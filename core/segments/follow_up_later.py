"""A follow-up of a segment that was logged some time ago (FUP-022, FUP-023).

As often as wanted, and of canceled logs too. With many entries it is filled by a job;
the segment is there at once all the same, frozen, so that it has an address.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.salespeople import default_salesperson
from core.errors import NotFoundError
from core.interactions.models import LoggedSegment
from core.jobs.models import Job, JobState
from core.jobs.run import JobFacts, JobRun
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import is_more_than
from core.segments.delete_segment import delete_segment
from core.segments.follow_up import description_of_follow_up
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.logged_contacts import (
    add_logged_contacts,
    kept_logged_segment,
    logged_contacts,
    refuse_if_undone,
)
from core.segments.models import Segment
from core.segments.numbers import keep_numbered, next_segment_no
from core.segments.reuse_logged_segment import add_logged_in_job

FOLLOW_UP_LOGGED_SEGMENT = "follow_up_logged_segment"


class FollowUp(NamedTuple):
    segment: Segment
    job: Job | None
    "What fills the segment, where that takes a while."


def follow_up_logged_segment(
    session: Session,
    actor: Actor,
    logged_segment_entry_no: int,
    *,
    at_once: int = AT_ONCE,
) -> FollowUp:
    """Create the segment with a line for each entry.

    Raises NotFoundError, RefusedError E-UNDONE, E-SERIES-*, E-SALES-DEFAULT.
    """
    logged = _logged_segment(session, logged_segment_entry_no)
    segment = _new_header(session, actor, logged)
    if is_more_than(session, at_once, logged_contacts(logged.entry_no)):
        return FollowUp(segment, _request(session, actor, segment, logged))
    add_logged_contacts(session, actor, segment, logged.entry_no)
    return FollowUp(segment, None)


def request_follow_up_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """With a new segment, since the first one went with its job."""
    logged = _logged_segment(session, arguments["logged_segment_entry_no"])
    return _request(session, actor, _new_header(session, actor, logged), logged)


def follow_up_logged_segment_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind follow_up_logged_segment."""
    segment = lock_frozen(run.session, run.job)
    action = add_logged_in_job(run, segment)
    segment.frozen_by_job_id = None
    return {
        "follow_up_segment_no": segment.no,
        "lines_changed": action.lines_changed,
    }


def drop_unfilled(session: Session, job: JobFacts, _state: JobState) -> None:
    """A job that ended without success made nothing: its empty segment goes too."""
    segment_id = job.arguments["segment_id"]
    segment = session.get(Segment, segment_id, with_for_update=True)
    if segment is not None and segment.frozen_by_job_id == job.id:
        delete_segment(session, segment)


def _logged_segment(session: Session, entry_no: int) -> LoggedSegment:
    logged = kept_logged_segment(session, entry_no)
    if logged is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no logged segment {entry_no}.")
    refuse_if_undone(logged)
    return logged


def _new_header(session: Session, actor: Actor, logged: LoggedSegment) -> Segment:
    """As after a log (FUP-001). The campaign may be gone by now; the next log says so,
    as it does for a campaign that is deleted under an open segment."""
    no, series = next_segment_no(session, actor)
    segment = Segment(
        no=no,
        no_series=series,
        description=description_of_follow_up(logged.segment_no),
        campaign_no=logged.campaign_no,
        salesperson_code=default_salesperson(session, actor),
        date=actor.work_date,
    )
    keep_numbered(session, segment)
    session.refresh(segment)
    return segment


def _request(
    session: Session, actor: Actor, segment: Segment, logged: LoggedSegment
) -> Job:
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=FOLLOW_UP_LOGGED_SEGMENT,
        title=f"Follow up segment {logged.segment_no} as {segment.no}",
        arguments={
            "logged_segment_entry_no": logged.entry_no,
        },
        planned=logged.no_of_interactions,
    )
