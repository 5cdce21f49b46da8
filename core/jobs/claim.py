from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Row, case, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from core.access.actor import Actor
from core.jobs.events import Event, record_event
from core.jobs.lease import is_due, seconds_from_now
from core.jobs.models import Job, JobState
from core.jobs.run import JobFacts
from core.jobs.work_connection import end_work_of


@dataclass(frozen=True, slots=True)
class Claim:
    job: JobFacts
    crashes: int
    is_cancel_requested: bool


def claim_job(
    session: Session, public_id: UUID, *, worker: str, lease_seconds: float
) -> Claim | None:
    """Take the job if it is due: queued, or running with a lapsed lease.

    One statement decides and takes, so of many callers one gets it. The others do not
    wait for the row. Commit at once: the lease must be seen before the work begins.
    """
    row = session.execute(_claim(_due(public_id), worker, lease_seconds)).one_or_none()
    if row is None:
        return None
    _record_claim(session, row, worker)
    return Claim(job_facts(row), row.crashes, row.cancel_requested_at is not None)


def job_facts(row: Any) -> JobFacts:  # noqa: ANN401  a row of the table or a Job
    return JobFacts(
        id=row.id,
        public_id=row.public_id,
        kind=row.kind,
        title=row.title,
        subject=row.subject,
        arguments=row.arguments,
        actor=Actor(
            user_id=row.requested_by_id or 0,
            username=row.requested_by,
            role=row.requested_role,
            salesperson_code=row.requested_salesperson_code,
            work_date=row.work_date,
        ),
        attempt=row.attempt,
    )


def _due(public_id: UUID) -> CTE:
    return (
        select(Job.id, Job.state, Job.worker)
        .where(Job.public_id == public_id, is_due())
        # NO KEY: rows that point at the job, written by a frozen attempt that still
        # holds its transaction open, must not keep the next attempt away.
        .with_for_update(skip_locked=True, key_share=True)
        .cte("due")
    )


def _claim(due: CTE, worker: str, lease_seconds: float) -> ReturningUpdate[Any]:
    return (
        update(Job)
        .where(Job.id == due.c.id)
        .values(
            state=JobState.RUNNING,
            attempt=Job.attempt + 1,
            crashes=Job.crashes + case((Job.state == JobState.RUNNING, 1), else_=0),
            worker=worker,
            started_at=func.coalesce(Job.started_at, func.now()),
            claimed_at=func.now(),
            lease_until=seconds_from_now(lease_seconds),
            phase="",
        )
        .returning(
            *Job.__table__.columns,
            due.c.state.label("state_before"),
            due.c.worker.label("worker_before"),
        )
    )


def _record_claim(session: Session, row: Row[Any], worker: str) -> None:
    event, words = Event.CLAIMED, f"By {worker}."
    if row.state_before == JobState.RUNNING:
        end_work_of(session, row.id)
        event = Event.TAKEN_OVER
        words = f"By {worker}; {row.worker_before} was not heard of any more."
    record_event(session, row.id, event, words, attempt=row.attempt)
