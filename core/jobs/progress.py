import time
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Counters:
    phase: str
    planned: int | None
    "None as long as the step has not said better than the request did."
    done: int


class BegunPhase(NamedTuple):
    words: str
    seconds_ago: float
    "By a clock that nobody sets, so that it holds on a host whose time is wrong."


class Progress:
    """Counted by the step, read by the monitor from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._phase = ""
        self._begun: list[tuple[str, float]] = []
        self._planned: int | None = None
        self._done = 0

    def phase(self, words: str) -> None:
        """A stage of the work begins; its time is kept in the job's diary."""
        with self._lock:
            self._phase = words
            self._begun.append((words, time.monotonic()))

    def at(self, words: str) -> None:
        """What exactly is being done: shown while it is, and not kept."""
        with self._lock:
            self._phase = words

    def plan(self, number: int) -> None:
        """How much there is to do. Say it before the first `done`."""
        with self._lock:
            self._planned = number

    def done(self, number: int) -> None:
        """So much is done in all. A smaller number than before is ignored."""
        with self._lock:
            self._done = max(self._done, number)

    def advance(self, number: int) -> None:
        """So much more is done, as far as can be told: never more than was planned."""
        with self._lock:
            done = self._done + number
            self._done = done if self._planned is None else min(done, self._planned)

    def begun_phases(self) -> list[BegunPhase]:
        """Those that nobody has written down yet."""
        now = time.monotonic()
        with self._lock:
            return [BegunPhase(words, now - began) for words, began in self._begun]

    def forget_phases(self, number: int) -> None:
        """So many of them are written down."""
        with self._lock:
            del self._begun[:number]

    def counters(self) -> Counters:
        with self._lock:
            return Counters(self._phase, self._planned, self._done)
