"""Whose a job is, and until when. The database's clock decides: no two hosts agree."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, text, update
from sqlalchemy.orm import Session

from core.jobs.models import Job, JobState
from core.jobs.progress import Counters
from core.jobs.run import JobFacts


class Heartbeat(NamedTuple):
    cancel_requested_at: datetime | None


def is_due() -> ColumnElement[bool]:
    """Queued and due, or running with a lapsed lease: somebody should take the job."""
    return or_(
        and_(Job.state == JobState.QUEUED, Job.run_after <= func.now()),
        and_(Job.state == JobState.RUNNING, Job.lease_until < func.now()),
    )


def is_attempt_of(job: JobFacts) -> ColumnElement[bool]:
    """The fence: true as long as nobody claimed the job after this attempt."""
    return and_(
        Job.id == job.id, Job.attempt == job.attempt, Job.state == JobState.RUNNING
    )


def seconds_from_now(seconds: float) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def hold_the_row_briefly(session: Session) -> None:
    """Call before locking a job's row.

    A locked row is passed over by whoever looks for work. So a process that is frozen
    or cut off while it holds the lock, between its last statement and the COMMIT even,
    would keep its job away from all others: the server ends its connection instead.
    """
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '5s'"))


def renew_lease(
    session: Session, job: JobFacts, counters: Counters, lease_seconds: float
) -> Heartbeat | None:
    """Show the progress and keep the job; None when it is no longer this attempt's."""
    hold_the_row_briefly(session)
    # A lock on the job's row that lasts means that something is wrong with us; then
    # waiting for ever would hold up the end of the job as well.
    session.execute(text("SET LOCAL lock_timeout = '3s'"))
    row = session.execute(
        update(Job)
        .where(is_attempt_of(job))
        .values(
            lease_until=seconds_from_now(lease_seconds), **progress_values(counters)
        )
        .returning(Job.cancel_requested_at)
    ).one_or_none()
    return Heartbeat(*row) if row else None


def progress_values(counters: Counters) -> dict[str, object]:
    """`done` only rises: a later attempt catches up with an earlier one first."""
    return {
        "phase": counters.phase[:80],
        "planned": Job.planned if counters.planned is None else counters.planned,
        "done": func.greatest(Job.done, counters.done),
        "progress_at": case(
            (Job.done < counters.done, func.clock_timestamp()), else_=Job.progress_at
        ),
    }
