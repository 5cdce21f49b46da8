"""What many tabs ask for at once is worked out once.

Two hundred people who watch one log ask for the same few rows a hundred times a second,
and the log pays for it with the processor they share.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from cachetools import TTLCache

Answer = TypeVar("Answer")

MOST_ANSWERS = 1000


class Recent:
    """Answers of this process that are young enough to be told once more.

    An age below the fastest rate of ticker.js keeps a page from seeing its own past:
    what it is told was read after what it was told before, by whichever process. No
    answer may depend on more than its key; zero seconds remember nothing.
    """

    def __init__(self, seconds: float) -> None:
        self._answers: TTLCache[Hashable, object] = TTLCache(MOST_ANSWERS, seconds)
        self._lock = Lock()

    def answer(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        with self._lock:
            found = self._answers.get(key)
        if found is None:
            # Two may do it at once: the same work twice, and either answer will do.
            found = work_out()
            with self._lock:
                self._answers[key] = found
        return found  # type: ignore[return-value]


NOTHING_RECENT = Recent(0)
