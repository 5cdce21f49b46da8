"""Everything that has to be known to say why jobs do not get on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from core.jobs.next_job import Limits
from core.operations.broker import BrokerFacts
from core.operations.database_facts import (
    DatabaseFacts,
    Disk,
    database_facts,
    disks,
)
from core.operations.lock_waits import LockWait, lock_waits
from core.operations.pulse import Beating, seconds_since_pulses
from core.operations.queues import Queue, queues
from core.operations.workers import Worker, workers


@dataclass(frozen=True, slots=True)
class Schema:
    """Of the database, and of this version of the program."""

    found: str | None
    wanted: str | None
    is_newer: bool = False
    "The database is ahead: an upgrade is under way, and it serves this version too."

    @property
    def serves(self) -> bool:
        return self.found == self.wanted or self.is_newer


@dataclass(frozen=True, slots=True)
class Outside:
    """What the database cannot tell."""

    broker: BrokerFacts
    schema: Schema
    upload_folder: Path
    broken_rules: int = 0
    "Of the latest check of the database."


@dataclass(frozen=True, slots=True)
class Situation:
    outside: Outside
    workers: Sequence[Worker]
    queues: Sequence[Queue]
    pulses: dict[Beating, float]
    "Seconds since each of them was heard of."
    lock_waits: Sequence[LockWait]
    database: DatabaseFacts
    disks: Sequence[Disk]

    @property
    def alive(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.is_alive]

    @property
    def waiting(self) -> int:
        return sum(queue.waiting for queue in self.queues)

    @property
    def slots(self) -> int:
        return sum(w.process.slots for w in self.workers if w.takes_jobs)

    @property
    def free_slots(self) -> int:
        return sum(worker.free_slots for worker in self.workers)


def look(session: Session, limits: Limits, outside: Outside) -> Situation:
    database = database_facts(session)
    return Situation(
        outside=outside,
        workers=workers(session),
        queues=queues(session, limits),
        pulses=seconds_since_pulses(session),
        lock_waits=lock_waits(session),
        database=database,
        disks=disks(outside.upload_folder, database.data_folder),
    )
