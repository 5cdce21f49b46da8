from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.jobs.models import Job, JobError, JobEvent, JobState


def job_by_public_id(session: Session, public_id: UUID) -> Job:
    job = session.scalar(select(Job).where(Job.public_id == public_id))
    if job is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no job {public_id}.")
    return job


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Blank: any."""

    kind: str = ""
    requested_by: str = ""
    words: str = ""
    "Somewhere in the title, in capitals or not."


EVERY_JOB = JobFilter()


def jobs_in(
    session: Session,
    states: Sequence[JobState],
    wanted: JobFilter = EVERY_JOB,
    *,
    before_id: int | None,
    limit: int,
) -> Sequence[Job]:
    """The newest first; `before_id` is the last one of the page before."""
    statement = select(Job).where(Job.state.in_(states))
    if wanted.kind:
        statement = statement.where(Job.kind == wanted.kind)
    if wanted.requested_by:
        statement = statement.where(Job.requested_by == wanted.requested_by)
    if wanted.words:
        statement = statement.where(Job.title.icontains(wanted.words, autoescape=True))
    if before_id is not None:
        statement = statement.where(Job.id < before_id)
    return session.scalars(statement.order_by(Job.id.desc()).limit(limit)).all()


def running_jobs(session: Session, limit: int) -> Sequence[Job]:
    return jobs_in(session, [JobState.RUNNING], before_id=None, limit=limit)


def number_of_open_jobs(session: Session) -> dict[JobState, int]:
    """Only unfinished jobs are counted: those are few, however long the history."""
    rows = session.execute(
        select(Job.state, func.count())
        .where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .group_by(Job.state)
    )
    return {JobState(state): number for state, number in rows}


def events_of(session: Session, job: Job) -> Sequence[JobEvent]:
    return session.scalars(
        select(JobEvent).where(JobEvent.job_id == job.id).order_by(JobEvent.id)
    ).all()


def errors_of(job: Job) -> Select[JobError]:
    """In the order they were found, which is that of the lines or of the file."""
    return select(JobError).where(JobError.job_id == job.id)


def first_errors(
    session: Session, job: Job, *, after_id: int = 0, limit: int
) -> Sequence[JobError]:
    statement = errors_of(job).where(JobError.id > after_id).order_by(JobError.id)
    return session.scalars(statement.limit(limit)).all()
