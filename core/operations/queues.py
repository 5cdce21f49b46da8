"""The queues as operators see them: how much waits, since when, how much gets done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, cast, func, select
from sqlalchemy.orm import Session

from core.jobs.lease import is_due
from core.jobs.models import Job, JobState, PausedQueue
from core.jobs.next_job import Limits
from core.operations.pause_queue import QUEUES, check_queue

MINUTES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class KindInQueue:
    kind: str
    waiting: int
    running: int
    most_at_once: int | None

    @property
    def is_full(self) -> bool:
        return self.most_at_once is not None and self.running >= self.most_at_once


@dataclass
class Queue:
    name: str
    paused_at: datetime | None = None
    paused_by: str = ""
    waiting: int = 0
    "Due, and not begun."
    later: int = 0
    "Waiting for the time of their next attempt."
    running: int = 0
    oldest_seconds: float | None = None
    "For how long the oldest waiting job has been due."
    kinds: list[KindInQueue] = field(default_factory=list)
    per_minute: Sequence[int] = (0,) * MINUTES_SHOWN
    "Jobs that ended in each of the last minutes, the latest one last."


def queues(session: Session, limits: Limits) -> list[Queue]:
    found = {name: Queue(name) for name in QUEUES}
    for paused in session.scalars(select(PausedQueue)):
        if queue := found.get(paused.name):
            queue.paused_at, queue.paused_by = paused.paused_at, paused.paused_by
    for row in _open_jobs(session):
        _count(found.setdefault(row.queue, Queue(row.queue)), row, limits)
    for name, per_minute in _ended_per_minute(session).items():
        found.setdefault(name, Queue(name)).per_minute = per_minute
    return list(found.values())


def queue_by_name(session: Session, name: str, limits: Limits) -> Queue:
    check_queue(name)
    return next(queue for queue in queues(session, limits) if queue.name == name)


def _open_jobs(session: Session) -> Sequence[Row[Any]]:
    """One row for each queue and kind with unfinished jobs."""
    is_running = (Job.state == JobState.RUNNING) & (Job.lease_until >= func.now())
    waits_since = func.greatest(Job.run_after, Job.lease_until)
    return session.execute(
        select(
            Job.queue,
            Job.kind,
            func.count().filter(is_due()).label("waiting"),
            func.count().filter(is_running).label("running"),
            func.count().label("unfinished"),
            _seconds_since(func.min(waits_since).filter(is_due())).label("oldest"),
        )
        .where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .group_by(Job.queue, Job.kind)
        .order_by(Job.queue, Job.kind)
    ).all()


def _count(queue: Queue, row: Row[Any], limits: Limits) -> None:
    queue.waiting += row.waiting
    queue.running += row.running
    queue.later += row.unfinished - row.waiting - row.running
    if row.oldest is not None:
        queue.oldest_seconds = max(queue.oldest_seconds or 0, float(row.oldest))
    queue.kinds.append(
        KindInQueue(row.kind, row.waiting, row.running, limits.get(row.kind))
    )


def _ended_per_minute(session: Session) -> dict[str, list[int]]:
    minutes = func.floor(_seconds_since(Job.finished_at) / 60)
    minutes_ago = cast(minutes, Integer).label("minutes_ago")
    rows = session.execute(
        select(Job.queue, minutes_ago, func.count())
        .where(
            Job.finished_at.is_not(None),
            Job.finished_at > func.now() - func.make_interval(0, 0, 0, 0, 0, 60),
        )
        .group_by(Job.queue, "minutes_ago")
    )
    found: dict[str, list[int]] = defaultdict(lambda: [0] * MINUTES_SHOWN)
    for queue, ago, count in rows:
        # A job that ended while this statement began counts for the running minute.
        found[queue][MINUTES_SHOWN - 1 - min(max(ago, 0), MINUTES_SHOWN - 1)] += count
    return found


def _seconds_since(moment: Any) -> ColumnElement[Any]:  # noqa: ANN401  a column
    return func.extract("epoch", func.now() - moment)
