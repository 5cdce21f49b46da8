"""Start a job again that came to nothing: the same work, as a new job."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.roles import Permission, allows
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.jobs import end
from core.jobs.claim import job_facts
from core.jobs.events import Event, record_event
from core.jobs.models import Job, JobState
from core.jobs.run import Kinds

CAME_TO_NOTHING = frozenset({JobState.FAILED, JobState.CANCELLED})


def request_retry(session: Session, actor: Actor, public_id: UUID, kinds: Kinds) -> Job:
    """Promise the work of a failed or cancelled job anew; the old one stays as it is.

    Everything is judged as it is now, and who asked for the first job is who asks for
    the second, whoever starts it again: in the ledger stands who meant it. Raises
    NotFoundError, ForbiddenError, ConflictError E-JOB-STATE, and what a first request
    would raise. Ring the bell after the commit.
    """
    job = end.lock_job(session, public_id)
    if job is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no job {public_id}.")
    _check_permission(actor, job)
    kind = kinds.get(job.kind)
    if job.state not in CAME_TO_NOTHING or kind is None or kind.request_again is None:
        raise ConflictError(
            "E-JOB-STATE",
            f"“{job.title}” is {job.state}. Only a job that failed or was cancelled "
            "can be started again.",
            links={"job": str(public_id)},
        )
    asker = actor if _is_own(actor, job) else job_facts(job).actor
    again = kind.request_again(session, asker, job.arguments)
    _note(session, actor, job, again)
    return again


def may_retry(actor: Actor, job: Job) -> bool:
    """Everybody may start again what they asked for themselves; operators, everything.

    Whether the state of the job allows it, is another question.
    """
    if allows(actor.role, Permission.OPERATE):
        return True
    return allows(actor.role, Permission.LOG) and _is_own(actor, job)


def _is_own(actor: Actor, job: Job) -> bool:
    return job.requested_by_id == actor.user_id


def _check_permission(actor: Actor, job: Job) -> None:
    if not may_retry(actor, job):
        raise ForbiddenError(
            "E-ROLE",
            f"{job.requested_by} asked for this job. To start it again you need the "
            "role operator or administrator.",
        )


def _note(session: Session, actor: Actor, job: Job, again: Job) -> None:
    words = f"By {actor.username}, as job {again.public_id}."
    record_event(session, job.id, Event.STARTED_AGAIN, words)
    record_audit(
        session,
        actor,
        "job.retry",
        job.title,
        {"job": str(job.public_id), "again": str(again.public_id)},
    )
