from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import NotFoundError
from core.jobs.models import PausedQueue
from core.task_names import JOBS_QUEUE, JOBS_THAT_SEND

QUEUES = (JOBS_QUEUE, JOBS_THAT_SEND)
"""Every queue that jobs wait in."""


def pause_queue(session: Session, actor: Actor, name: str) -> None:
    """Begin no job of the queue until it is resumed; what runs goes on.

    Jobs are still accepted and wait. Asking twice changes nothing.
    """
    check_queue(name)
    paused = session.scalar(
        insert(PausedQueue)
        .values(name=name, paused_by=actor.username)
        .on_conflict_do_nothing()
        .returning(PausedQueue.name)
    )
    if paused:
        record_audit(session, actor, "queue.pause", name)


def resume_queue(session: Session, actor: Actor, name: str) -> None:
    check_queue(name)
    resumed = session.scalar(
        delete(PausedQueue).where(PausedQueue.name == name).returning(PausedQueue.name)
    )
    if resumed:
        record_audit(session, actor, "queue.resume", name)


def check_queue(name: str) -> None:
    if name not in QUEUES:
        raise NotFoundError("E-NOT-FOUND", f"There is no queue {name}.")
