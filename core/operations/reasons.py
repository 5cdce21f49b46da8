"""Why is it slow? Names the bottleneck, the worst first, with what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.operations.pulse import Beating
from core.operations.queues import Queue
from core.operations.situation import Situation

BEAT_SILENT_AFTER_SECONDS = 30
"""Ten times the time between two beats."""

IDLE_TRANSACTION_SECONDS = 60
OLD_NEWS_SECONDS = 600
"""So long a worker that vanished without harm is worth a line."""

LEAST_FREE_PERCENT = 10
MOST_CONNECTIONS_PERCENT = 90


class Severity(StrEnum):
    STOPPED = "stopped"
    "Nothing gets on."
    SLOW = "slow"
    "Something gets on more slowly than it could."
    NOTE = "note"
    "Good to know."


class Page(StrEnum):
    """Where more is to be seen."""

    HEALTH = "health"
    WORKERS = "workers"
    QUEUES = "queues"
    JOBS = "jobs"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    severity: Severity
    title: str
    advice: str
    page: Page


def reasons(now: Situation) -> list[Reason]:
    """Empty when nothing stands in the way."""
    found = [reason for look in _LOOKS for reason in look(now)]
    order = list(Severity)
    return sorted(found, key=lambda reason: order.index(reason.severity))


def _schema(now: Situation) -> Iterator[Reason]:
    schema = now.outside.schema
    if not schema.serves:
        yield Reason(
            "schema",
            Severity.STOPPED,
            f"The database has schema {schema.found or 'none'}, and this version "
            f"expects {schema.wanted}.",
            "Run rollcall migrate.",
            Page.HEALTH,
        )
    elif schema.is_newer:
        yield Reason(
            "upgrade",
            Severity.NOTE,
            "An upgrade is under way: the database is ahead of this web process.",
            "Go on and replace the processes of the old version.",
            Page.HEALTH,
        )


def _broker(now: Situation) -> Iterator[Reason]:
    if not now.outside.broker.answers:
        yield Reason(
            "broker",
            Severity.STOPPED if now.waiting else Severity.SLOW,
            "The broker does not answer.",
            "Jobs are accepted and kept, but no worker hears of them. Start Redis or "
            "Valkey again; nothing is lost, and the jobs begin by themselves.",
            Page.HEALTH,
        )


def _workers(now: Situation) -> Iterator[Reason]:
    if now.alive and not any(worker.takes_jobs for worker in now.alive):
        yield Reason(
            "drained",
            Severity.STOPPED,
            "Every worker is drained, so no job begins.",
            "Call one back, or start another.",
            Page.WORKERS,
        )
    elif not now.alive:
        yield Reason(
            "no_worker",
            Severity.STOPPED,
            "No worker is alive." if now.workers else "No worker has connected lately.",
            "Start one: docker compose up --detach worker, or rollcall up.",
            Page.WORKERS,
        )


def _silent_workers(now: Situation) -> Iterator[Reason]:
    for worker in now.workers:
        is_old_news = not worker.jobs and worker.silent_seconds > OLD_NEWS_SECONDS
        if worker.is_silent and not is_old_news:
            ran = ", ".join(f"“{job.title}”" for job in worker.jobs)
            does = f" while it ran {ran}" if ran else ""
            yield Reason(
                "silent_worker",
                Severity.SLOW if worker.jobs else Severity.NOTE,
                f"Worker {worker.name} has been silent for "
                f"{worker.silent_seconds:.0f} s{does}.",
                "Other workers take over what it ran as soon as its leases have "
                "lapsed. Look at its host: is it frozen, out of memory, unplugged?",
                Page.WORKERS,
            )


def _pulses(now: Situation) -> Iterator[Reason]:
    beat = now.pulses.get(Beating.BEAT)
    sweep = now.pulses.get(Beating.SWEEP)
    if beat is None or beat > BEAT_SILENT_AFTER_SECONDS:
        since = (
            "never been heard of" if beat is None else f"been silent for {beat:.0f} s"
        )
        yield Reason(
            "beat",
            Severity.SLOW,
            f"Beat has {since}.",
            "New jobs begin, but retries, jobs of vanished workers and lost rings wait "
            "for it. Start beat again.",
            Page.HEALTH,
        )
    elif now.alive and (sweep is None or sweep > BEAT_SILENT_AFTER_SECONDS):
        yield Reason(
            "sweep",
            Severity.SLOW,
            "Beat rings, but no worker hears it.",
            "Look whether the workers listen to the queue housekeeping, and to the "
            "same broker.",
            Page.WORKERS,
        )


def _queues(now: Situation) -> Iterator[Reason]:
    for queue in now.queues:
        if queue.paused_at:
            yield Reason(
                "paused",
                Severity.STOPPED if queue.waiting else Severity.NOTE,
                f"Queue {queue.name} is paused by {queue.paused_by}; "
                f"{_waiting(queue.waiting)}.",
                "Resume it when the reason is gone.",
                Page.QUEUES,
            )
        yield from _full_kinds(queue)
        if queue.later:
            yield Reason(
                "later",
                Severity.NOTE,
                f"{_waiting(queue.later)} for the next attempt.",
                "Trouble that passes by itself stopped them. Their pages say which.",
                Page.JOBS,
            )


def _full_kinds(queue: Queue) -> Iterator[Reason]:
    for kind in queue.kinds:
        if kind.is_full and kind.waiting:
            yield Reason(
                "full_kind",
                Severity.NOTE,
                f"{kind.kind.replace('_', ' ').capitalize()}: "
                f"{_waiting(kind.waiting)}, since {kind.most_at_once} at a time may "
                "run.",
                "They take their turns. Other jobs pass by.",
                Page.QUEUES,
            )


def _slots(now: Situation) -> Iterator[Reason]:
    if now.waiting and now.slots and now.free_slots <= 0:
        yield Reason(
            "busy",
            Severity.SLOW,
            f"All {now.slots} slots are busy, and {_waiting(now.waiting)}.",
            "Wait, or start more workers: docker compose up --detach --scale worker=4.",
            Page.JOBS,
        )


def _locks(now: Situation) -> Iterator[Reason]:
    for wait in now.lock_waits:
        idle = (
            " It asks for nothing: a transaction was left open." * wait.is_holder_idle
        )
        yield Reason(
            "lock",
            Severity.SLOW,
            f"{wait.waiting[0].upper()}{wait.waiting[1:]} has waited "
            f"{wait.seconds:.0f} s for a lock that {wait.holder} holds.",
            f"The holder works since {wait.held_seconds:.0f} s.{idle} It can be ended "
            f"with SELECT pg_terminate_backend({wait.holder_pid}); what it did is then "
            "undone.",
            Page.HEALTH,
        )


def _database(now: Situation) -> Iterator[Reason]:
    database = now.database
    if database.idle_transaction_seconds > IDLE_TRANSACTION_SECONDS:
        yield Reason(
            "idle_transaction",
            Severity.NOTE,
            "A transaction has been open and idle for "
            f"{database.idle_transaction_seconds:.0f} s.",
            "It keeps the database from clearing up. Look for a forgotten session.",
            Page.HEALTH,
        )
    used = database.connections * 100 // database.most_connections
    if used >= MOST_CONNECTIONS_PERCENT:
        yield Reason(
            "connections",
            Severity.SLOW,
            f"{database.connections} of {database.most_connections} connections to "
            "the database are used.",
            "Raise max_connections, or run fewer processes.",
            Page.HEALTH,
        )


def _disks(now: Situation) -> Iterator[Reason]:
    for disk in now.disks:
        if disk.free_percent < LEAST_FREE_PERCENT:
            yield Reason(
                "disk",
                Severity.SLOW,
                f"Only {disk.free_percent} % of the disk of the {disk.what} is free.",
                "A full disk stops every job; nothing is lost. Make room.",
                Page.HEALTH,
            )


def _check(now: Situation) -> Iterator[Reason]:
    if now.outside.broken_rules:
        yield Reason(
            "unsound",
            Severity.SLOW,
            f"The latest check found {now.outside.broken_rules} rules broken.",
            "Read its report before anybody goes on with what it names.",
            Page.CHECKS,
        )


def _waiting(number: int) -> str:
    return "1 job waits" if number == 1 else f"{number} jobs wait"


_LOOKS: tuple[Callable[[Situation], Iterator[Reason]], ...] = (
    _schema,
    _broker,
    _workers,
    _queues,
    _slots,
    _locks,
    _pulses,
    _silent_workers,
    _database,
    _disks,
    _check,
)
