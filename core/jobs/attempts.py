"""The attempts of a job, read from its diary: who, when, how far, and how each ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.jobs.events import Event, worker_of_claim
from core.jobs.models import JobEvent

LOST = "lost"
"""The end of an attempt that nobody heard of any more: its worker died or froze."""

_BEGINNINGS = (Event.CLAIMED, Event.TAKEN_OVER)
_ENDS = (
    Event.HANDED_BACK,
    Event.RETRY_PLANNED,
    Event.SUCCEEDED,
    Event.FAILED,
    Event.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Phase:
    words: str
    began_at: datetime
    ended_at: datetime | None
    "None: it is the one that goes on."


@dataclass(slots=True)
class Attempt:
    number: int
    worker: str
    began_at: datetime
    ended_at: datetime | None = None
    end: str = ""
    "An event, or LOST; blank while it goes on."
    reason: str = ""
    _begun: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def phases(self) -> list[Phase]:
        ends = [*(at for _, at in self._begun[1:]), self.ended_at]
        return [
            Phase(words, at, ended_at)
            for (words, at), ended_at in zip(self._begun, ends, strict=False)
        ]

    def note(self, event: JobEvent) -> None:
        if event.event == Event.PHASE_BEGUN:
            self._begun.append((event.detail, event.at))
        elif event.event in _ENDS:
            self.finish(event.at, event.event, event.detail)

    def finish(self, at: datetime, end: str, reason: str) -> None:
        self.ended_at, self.end, self.reason = at, end, reason


def attempts_of(events: Sequence[JobEvent]) -> list[Attempt]:
    """`events`: all of one job, in order."""
    found: list[Attempt] = []
    for event in events:
        if event.event in _BEGINNINGS:
            if found and event.event == Event.TAKEN_OVER:
                words = f"{found[-1].worker} was not heard of any more."
                found[-1].finish(event.at, LOST, words)
            worker = worker_of_claim(event.detail)
            found.append(Attempt(event.attempt, worker, event.at))
        elif found and event.attempt == found[-1].number:
            found[-1].note(event)
    return found
