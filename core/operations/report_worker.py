"""A worker tells that it lives, and hears what operators want of it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.operations.models import WorkerProcess

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    id: UUID
    host: str
    pid: int
    version: str
    queues: tuple[str, ...]
    slots: int


def report_worker(
    session: Session, facts: WorkerFacts, *, memory_bytes: int, is_draining: bool
) -> bool:
    """Say that the worker lives; True when it shall take no job any more."""
    said = {
        "memory_bytes": memory_bytes,
        "is_draining": is_draining,
        "stopped_at": None,
    }
    is_drain_requested: bool = session.execute(
        insert(WorkerProcess)
        .values(
            id=facts.id,
            host=facts.host[:80],
            pid=facts.pid,
            version=facts.version[:30],
            queues=list(facts.queues),
            slots=facts.slots,
            **said,
        )
        .on_conflict_do_update(
            index_elements=[WorkerProcess.id],
            set_={"last_seen_at": func.now(), **said},
        )
        .returning(WorkerProcess.drain_requested_at.is_not(None))
    ).scalar_one()
    return is_drain_requested


def record_stop(session: Session, worker_process_id: UUID) -> None:
    """The worker ends in good order."""
    session.execute(
        update(WorkerProcess)
        .where(WorkerProcess.id == worker_process_id)
        .values(stopped_at=func.now())
    )


def forget_old_starts(session: Session) -> None:
    session.execute(
        delete(WorkerProcess).where(
            WorkerProcess.last_seen_at < func.now() - FORGOTTEN_AFTER
        )
    )
