from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Row, case, func, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from core.access.actor import Actor
from core.jobs.events import Event, record_event, words_of_claim
from core.jobs.lease import seconds_from_now
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.next_job import Limits, in_turn
from core.jobs.run import JobFacts
from core.jobs.work_connection import end_work_of

_LOCK = 0x436C6169  # Any number nobody else uses.


@dataclass(frozen=True, slots=True)
class Claim:
    job: JobFacts
    crashes: int
    is_cancel_requested: bool


def claim_next_job(session: Session, terms: Terms, limits: Limits) -> Claim | None:
    """Take the job whose turn it is: queued and due, or running with a lapsed lease.

    Commit at once: the lease must be seen before the work begins.
    """
    _wait_for_others_who_claim(session)
    row = session.execute(_claim(_next(limits), terms)).one_or_none()
    if row is None:
        return None
    _record_claim(session, row, terms.worker)
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


def _wait_for_others_who_claim(session: Session) -> None:
    """One at a time: whose turn it is depends on who was taken before, and the limits
    of a kind would be passed by two who count at once. A claim takes milliseconds.
    """
    # A worker that is frozen right here must not keep all others away: the server
    # ends its connection, and with it the lock.
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10s'"))
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _next(limits: Limits) -> CTE:
    return (
        in_turn(limits)
        .limit(1)
        # NO KEY: rows that point at the job, written by a frozen attempt that still
        # holds its transaction open, must not keep the next attempt away. Locked rows
        # are skipped: somebody is about to end or to cancel that job.
        .with_for_update(of=Job, skip_locked=True, key_share=True)
        .cte("next")
    )


def _claim(due: CTE, terms: Terms) -> ReturningUpdate[Any]:
    return (
        update(Job)
        .where(Job.id == due.c.id)
        .values(
            state=JobState.RUNNING,
            attempt=Job.attempt + 1,
            crashes=Job.crashes + case((Job.state == JobState.RUNNING, 1), else_=0),
            worker=terms.worker,
            worker_process_id=terms.worker_process_id,
            started_at=func.coalesce(Job.started_at, func.now()),
            claimed_at=func.now(),
            lease_until=seconds_from_now(terms.lease_seconds),
            phase="",
        )
        .returning(
            *Job.__table__.columns,
            due.c.state.label("state_before"),
            due.c.worker.label("worker_before"),
        )
    )


def _record_claim(session: Session, row: Row[Any], worker: str) -> None:
    event, words = Event.CLAIMED, words_of_claim(worker)
    if row.state_before == JobState.RUNNING:
        end_work_of(session, row.id)
        event = Event.TAKEN_OVER
        words = words_of_claim(worker, row.worker_before)
    record_event(session, row.id, event, words, attempt=row.attempt)
