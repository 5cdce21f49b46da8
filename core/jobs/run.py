"""What a kind of job is made of, and what its step gets to work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.jobs.models import Job, JobState
from core.jobs.progress import Progress


class JobStoppedError(Exception):
    """The step has to end now. The runner knows why; a step lets it pass."""


class JobCancelledError(JobStoppedError):
    """Somebody asked for the job to be cancelled."""


class JobTakenOverError(JobStoppedError):
    """The lease lapsed, and the job may belong to another worker by now."""


class JobHandedBackError(JobStoppedError):
    """The worker is shutting down; another one will start the job again."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    id: int
    public_id: UUID
    kind: str
    title: str
    subject: str | None
    arguments: Mapping[str, object]
    actor: Actor
    "Who asked, with the role and the work date of that moment."
    attempt: int


RecordErrors = Callable[[Session], None]
"""Writes job_error rows."""


@dataclass
class JobRun:
    """One attempt, as its step sees it.

    `session` is the work transaction. The runner commits it together with the end of
    the job, and only while the job is still this attempt's: a step never commits.
    """

    session: Session
    job: JobFacts
    progress: Progress
    stop_reason: Callable[[], JobStoppedError | None]
    error_recorders: list[RecordErrors] = field(default_factory=list)

    def check(self) -> None:
        """End the attempt if it has to end. Call it between chunks; it costs nothing."""
        if reason := self.stop_reason():
            raise reason

    def record_errors_after_rollback(self, record: RecordErrors) -> None:
        """List refused lines although the work is undone.

        `record` runs in the transaction that records the failure, after the work was
        rolled back, so it has to find the refused lines again by itself.
        """
        self.error_recorders.append(record)


Step = Callable[[JobRun], Mapping[str, object]]
"""Does the work and returns the result kept with the job.

Raising a RollcallError fails the job with those words. TransientError and trouble of
the database that passes by itself make it try again.
"""

OnEnd = Callable[[Session, JobFacts, JobState], None]
"""Cleans up in the transaction that ends a job in a state other than succeeded."""


def _nothing_to_clean(_session: Session, _job: JobFacts, _state: JobState) -> None:
    pass


RequestAgain = Callable[[Session, Actor, Mapping[str, Any]], Job]
"""Promises the same work anew, for these arguments, as if it were asked for just now.

Raises what the first request would raise now.
"""


class Unit(NamedTuple):
    """What a kind of job plans and has done: "1 line", "2 lines"."""

    one: str
    many: str


ROWS = Unit("row", "rows")


@dataclass(frozen=True, slots=True)
class Kind:
    step: Step
    on_end: OnEnd = _nothing_to_clean
    request_again: RequestAgain | None = None
    most_at_once: int | None = None
    "How many of the kind may be at work at the same time; None: as many as there are."
    unit: Unit = ROWS
    is_stepwise: bool = False
    """Its step commits as it goes, in transactions of its own: what it did before it
    was cancelled or failed stays done. All others do everything or nothing."""


Kinds = Mapping[str, Kind]


def left_behind(kind: Kind | None) -> str:
    """In words for people: what a cancelled or failed job of the kind leaves."""
    if kind is not None and kind.is_stepwise:
        return "What was done until then stays done."
    return "Nothing was written."
