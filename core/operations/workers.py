"""The workers as operators see them. Silence is told by the database's clock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.jobs.models import Job, JobState
from core.operations.models import WorkerProcess

SILENT_AFTER_SECONDS = 15
"""A busy machine may hold a report up so long."""

LOST_AFTER_SECONDS = 60

STOPPED_SHOWN_FOR = timedelta(minutes=10)
"""Long enough to see that a restart went well."""


LOST_SHOWN_FOR = timedelta(hours=1)
"""Unless it has left a job that nobody has taken over."""


class WorkerState(StrEnum):
    WORKING = "working"
    IDLE = "idle"
    DRAINING = "draining"
    "It was told to, and has jobs to hand back."
    DRAINED = "drained"
    SILENT = "silent"
    LOST = "lost"
    STOPPED = "stopped"


ALIVE = frozenset(
    {
        WorkerState.WORKING,
        WorkerState.IDLE,
        WorkerState.DRAINING,
        WorkerState.DRAINED,
    }
)


@dataclass(frozen=True, slots=True)
class Worker:
    process: WorkerProcess
    jobs: Sequence[Job]
    "What it runs now."
    silent_seconds: float

    @property
    def name(self) -> str:
        return f"{self.process.host}:{self.process.pid}"

    @property
    def state(self) -> WorkerState:
        if self.process.stopped_at:
            return WorkerState.STOPPED
        if self.silent_seconds > LOST_AFTER_SECONDS:
            return WorkerState.LOST
        if self.silent_seconds > SILENT_AFTER_SECONDS:
            return WorkerState.SILENT
        if self.process.drain_requested_at or self.process.is_draining:
            return WorkerState.DRAINING if self.jobs else WorkerState.DRAINED
        return WorkerState.WORKING if self.jobs else WorkerState.IDLE

    @property
    def is_silent(self) -> bool:
        return self.state in {WorkerState.SILENT, WorkerState.LOST}

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def takes_jobs(self) -> bool:
        return self.state in {WorkerState.WORKING, WorkerState.IDLE}

    @property
    def free_slots(self) -> int:
        return self.process.slots - len(self.jobs) if self.takes_jobs else 0


def workers(session: Session) -> list[Worker]:
    """The latest start first. Workers that ended in good order soon leave the list."""
    jobs = _running_jobs(session)
    rows = session.execute(
        select(
            WorkerProcess,
            func.extract("epoch", func.now() - WorkerProcess.last_seen_at),
        )
        .where(
            or_(
                WorkerProcess.stopped_at.is_(None),
                WorkerProcess.stopped_at > func.now() - STOPPED_SHOWN_FOR,
            ),
            or_(
                WorkerProcess.last_seen_at > func.now() - LOST_SHOWN_FOR,
                WorkerProcess.id.in_(jobs),
            ),
        )
        .order_by(WorkerProcess.started_at.desc(), WorkerProcess.id)
    )
    return [
        Worker(process, jobs.get(process.id, []), float(silent))
        for process, silent in rows
    ]


def worker_by_id(session: Session, worker_process_id: UUID) -> Worker:
    for worker in workers(session):
        if worker.process.id == worker_process_id:
            return worker
    raise NotFoundError("E-NOT-FOUND", f"There is no worker {worker_process_id}.")


def _running_jobs(session: Session) -> dict[UUID | None, list[Job]]:
    found = defaultdict(list)
    running = select(Job).where(Job.state == JobState.RUNNING).order_by(Job.id)
    for job in session.scalars(running):
        found[job.worker_process_id].append(job)
    return found
