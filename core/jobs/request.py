from collections.abc import Collection, Mapping

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import ConflictError
from core.jobs.events import Event, record_event
from core.jobs.models import OPEN_STATES_SQL, Job


def request_job(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    title: str,
    subject: str | None,
    arguments: Mapping[str, object],
    planned: int = 0,
) -> Job:
    """Promise a piece of work; committing the caller's transaction makes it binding.

    Of two requests for the same subject, also at the same instant, the second is
    refused and led to the job of the first. Ring the bell after the commit.
    """
    job = _insert_unless_open(
        session,
        kind=kind,
        title=title[:80],
        subject=subject,
        arguments=dict(arguments),
        planned=planned,
        requested_by=actor.username,
        requested_by_id=actor.user_id,
        requested_role=actor.role,
        requested_salesperson_code=actor.salesperson_code,
        work_date=actor.work_date,
    )
    record_event(session, job.id, Event.SUBMITTED, f"By {actor.username}.")
    return job


def refuse_while_open(session: Session, subjects: Collection[str]) -> None:
    """Raise ConflictError E-JOB-RUNNING while a job is about one of them."""
    job = session.scalar(
        select(Job).where(Job.subject.in_(subjects), text(OPEN_STATES_SQL)).limit(1)
    )
    if job is not None:
        raise not_finished(job)


def not_finished(job: Job) -> ConflictError:
    """What leads whoever comes meanwhile to the job."""
    return ConflictError(
        "E-JOB-RUNNING",
        f"“{job.title}” is not finished yet. Wait for it, or cancel it.",
        links={"job": str(job.public_id)},
    )


def _insert_unless_open(session: Session, **values: object) -> Job:
    statement = (
        insert(Job)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=[Job.subject], index_where=text(OPEN_STATES_SQL)
        )
        .returning(Job)
    )
    while True:
        if job := session.scalar(statement):
            return job
        if running := _open_job(session, str(values["subject"])):
            raise not_finished(running)
        # The job in the way ended between the two statements: there is room now.


def _open_job(session: Session, subject: str) -> Job | None:
    return session.scalar(
        select(Job).where(Job.subject == subject, text(OPEN_STATES_SQL))
    )
