"""Every way a job can leave the state `running`, or `queued` when it is cancelled.

The callers hold the row: by the fence of `succeed`, or by `lock_attempt`.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import Session

from core.errors import RollcallError
from core.jobs.events import Event, record_event
from core.jobs.lease import (
    hold_the_row_briefly,
    is_attempt_of,
    progress_values,
    seconds_from_now,
)
from core.jobs.models import Job, JobError, JobState
from core.jobs.progress import Counters
from core.jobs.run import JobFacts, JobTakenOverError, Kind, RecordErrors

logger = logging.getLogger(__name__)

MOST_FAULTS_IN_A_PROBLEM = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job failed, for the person who asked for it."""

    code: str
    detail: str
    errors: tuple[Mapping[str, object], ...] = ()
    links: Mapping[str, str] | None = None


def problem_of(error: RollcallError) -> Problem:
    return Problem(
        code=error.code,
        detail=error.detail,
        errors=tuple(
            {name: value for name, value in asdict(fault).items() if value is not None}
            for fault in error.faults[:MOST_FAULTS_IN_A_PROBLEM]
        ),
        links=error.links,
    )


def lock_job(session: Session, public_id: UUID) -> Job | None:
    """The row, locked. Waits for a commit that is on its way, so what it says is true.

    The lock leaves rows alone that point at the job.
    """
    hold_the_row_briefly(session)
    return session.scalar(
        select(Job)
        .where(Job.public_id == public_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def succeed(
    session: Session, job: JobFacts, result: Mapping[str, object], counters: Counters
) -> None:
    """The last write of the work transaction, refused unless the job is still ours.

    A cancellation that was accepted before it wins. From here until the commit the
    row is locked, so nobody can claim or cancel the job in between.
    """
    hold_the_row_briefly(session)
    row = session.execute(
        update(Job)
        .where(is_attempt_of(job), Job.cancel_requested_at.is_(None))
        .values(
            result=dict(result),
            **_final(job, JobState.SUCCEEDED),
        )
        .values(progress_values(counters))
        .returning(Job.id)
    ).one_or_none()
    if row is None:
        raise JobTakenOverError
    record_event(session, job.id, Event.SUCCEEDED, attempt=job.attempt)


def _errors_of(job: JobFacts) -> ScalarSelect[int]:
    """A step may skip lines and still succeed, or have committed some before it was
    cancelled."""
    return select(func.count()).where(JobError.job_id == job.id).scalar_subquery()


def fail(
    session: Session,
    job: JobFacts,
    kind: Kind | None,
    problem: Problem,
    *,
    diagnostics: str | None = None,
    error_recorders: list[RecordErrors] | None = None,
) -> None:
    for record in error_recorders or []:
        record(session)
    _end(
        session,
        job,
        kind,
        JobState.FAILED,
        problem=asdict(problem),
        diagnostics=diagnostics,
    )
    record_event(session, job.id, Event.FAILED, problem.detail, attempt=job.attempt)


def cancel(session: Session, job: JobFacts, kind: Kind | None, words: str = "") -> None:
    _end(session, job, kind, JobState.CANCELLED)
    record_event(session, job.id, Event.CANCELLED, words, attempt=job.attempt)


def hand_back(session: Session, job: JobFacts, worker: str) -> None:
    """Another worker starts the job again at once; this counts as nobody's fault."""
    _queue_again(session, job)
    record_event(
        session,
        job.id,
        Event.HANDED_BACK,
        f"{worker} is shutting down; another worker starts the job again.",
        attempt=job.attempt,
    )


def plan_retry(session: Session, job: JobFacts, delay_seconds: float, why: str) -> None:
    _queue_again(
        session,
        job,
        retries=Job.retries + 1,
        run_after=seconds_from_now(delay_seconds),
    )
    record_event(
        session,
        job.id,
        Event.RETRY_PLANNED,
        f"{why} The next attempt begins in {delay_seconds:.0f} seconds.",
        attempt=job.attempt,
    )


def _end(
    session: Session,
    job: JobFacts,
    kind: Kind | None,
    state: JobState,
    **values: object,
) -> None:
    if kind:
        kind.on_end(session, job, state)
    _write(session, job, **values, **_final(job, state))


def _queue_again(session: Session, job: JobFacts, **values: object) -> None:
    again = {"state": JobState.QUEUED, "lease_until": None, "run_after": func.now()}
    _write(session, job, **again | values)


def _write(session: Session, job: JobFacts, **values: object) -> None:
    session.execute(update(Job).where(Job.id == job.id).values(**values))


def _final(job: JobFacts, state: JobState) -> dict[str, Any]:
    # The clock and not now(): the work transaction may have begun long ago.
    return {
        "state": state,
        "finished_at": func.clock_timestamp(),
        "lease_until": None,
        "error_count": _errors_of(job),
    }
