from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Counters:
    phase: str
    planned: int | None
    "None as long as the step has not said better than the request did."
    done: int


class Progress:
    """Counted by the step, read by the monitor from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._phase = ""
        self._planned: int | None = None
        self._done = 0

    def phase(self, words: str) -> None:
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

    def counters(self) -> Counters:
        with self._lock:
            return Counters(self._phase, self._planned, self._done)
