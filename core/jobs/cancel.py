from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.roles import Permission, allows
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.jobs import end
from core.jobs.claim import job_facts
from core.jobs.events import Event, record_event
from core.jobs.models import FINAL_STATES, Job, JobState
from core.jobs.run import Kinds


def request_cancel(
    session: Session, actor: Actor, public_id: UUID, kinds: Kinds
) -> None:
    """Cancel a waiting job at once; ask the worker of a running one to stop.

    Once this is committed nothing the job did becomes visible any more. Asking twice
    changes nothing.
    """
    job = end.lock_job(session, public_id)
    if job is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no job {public_id}.")
    _check_permission(actor, job)
    if job.state in FINAL_STATES:
        raise ConflictError(
            "E-JOB-FINISHED",
            f"“{job.title}” is finished already ({job.state}).",
            links={"job": str(public_id)},
        )
    if job.cancel_requested_at is None:
        _request(session, actor, job, kinds)


def may_cancel(actor: Actor, job: Job) -> bool:
    """Everybody may cancel what they asked for themselves; operators, everything."""
    if allows(actor.role, Permission.OPERATE):
        return True
    return allows(actor.role, Permission.LOG) and job.requested_by_id == actor.user_id


def _check_permission(actor: Actor, job: Job) -> None:
    if not may_cancel(actor, job):
        raise ForbiddenError(
            "E-ROLE",
            f"{job.requested_by} asked for this job. To cancel it you need the role "
            "operator or administrator.",
        )


def _request(session: Session, actor: Actor, job: Job, kinds: Kinds) -> None:
    record_audit(session, actor, "job.cancel", job.title, {"job": str(job.public_id)})
    session.execute(
        update(Job)
        .where(Job.id == job.id)
        .values(cancel_requested_at=func.now(), cancel_requested_by=actor.username)
    )
    if job.state == JobState.QUEUED:
        end.cancel(
            session,
            job_facts(job),
            kinds.get(job.kind),
            f"By {actor.username}, before it began.",
        )
    else:
        record_event(
            session,
            job.id,
            Event.CANCEL_REQUESTED,
            f"By {actor.username}.",
            attempt=job.attempt,
        )
