"""When many tabs ask at once, they are asked to ask less often.

What watches a job should not slow it down. A person alone sees every second; two
hundred people see every fifth, and the processor stays with the jobs.
"""

import time
from collections import deque

MOST_A_SECOND = 10
"Looks that one process answers without a job noticing."

WATCHED_SECONDS = 2

CALM_SECONDS = 5
"How long tabs are asked to wait in a crowd. People still see that something moves."


class Crowd:
    """How often live pages of this process ask."""

    def __init__(self) -> None:
        self._looks: deque[float] = deque(maxlen=MOST_A_SECOND * WATCHED_SECONDS)

    def look(self) -> None:
        self._looks.append(time.monotonic())

    def wait_seconds(self) -> int | None:
        """How long a tab should wait before it asks again; None: as its person chose."""
        is_full = len(self._looks) == self._looks.maxlen
        if is_full and time.monotonic() - self._looks[0] < WATCHED_SECONDS:
            return CALM_SECONDS
        return None
