from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import ConflictError, NotFoundError
from core.operations.models import WorkerProcess


def drain_worker(session: Session, actor: Actor, worker_process_id: UUID) -> None:
    """Let the worker begin nothing more; what it runs goes back to the queue.

    It hears of it within seconds. Asking twice changes nothing.
    """
    worker = _lock(session, worker_process_id)
    if worker.stopped_at:
        raise ConflictError(
            "E-WORKER-STOPPED", f"Worker {name_of(worker)} has stopped already."
        )
    if worker.drain_requested_at is None:
        worker.drain_requested_at = func.now()
        worker.drain_requested_by = actor.username
        _audit(session, actor, "worker.drain", worker)


def call_back_worker(session: Session, actor: Actor, worker_process_id: UUID) -> None:
    """Let a drained worker take jobs again."""
    worker = _lock(session, worker_process_id)
    if worker.drain_requested_at is not None:
        worker.drain_requested_at = None
        worker.drain_requested_by = ""
        _audit(session, actor, "worker.call_back", worker)


def name_of(worker: WorkerProcess) -> str:
    return f"{worker.host}:{worker.pid}"


def _lock(session: Session, worker_process_id: UUID) -> WorkerProcess:
    worker = session.get(WorkerProcess, worker_process_id, with_for_update=True)
    if worker is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no worker {worker_process_id}.")
    return worker


def _audit(session: Session, actor: Actor, deed: str, worker: WorkerProcess) -> None:
    record_audit(session, actor, deed, name_of(worker), {"worker": str(worker.id)})
