"""`celery -A tests.support.skewed_worker worker`: a worker whose clock is wrong.

SKEW_SECONDS says by how much. Both readers of the clock are wrong: the product's, and
the function that everything else in the process asks.
"""

import os
import time
from datetime import datetime, timedelta

from core import clock

SKEW_SECONDS = float(os.environ["SKEW_SECONDS"])

_right_time, _right_now = time.time, clock.now


def _wrong_time() -> float:
    return _right_time() + SKEW_SECONDS


def _wrong_now() -> datetime:
    return _right_now() + timedelta(seconds=SKEW_SECONDS)


time.time = _wrong_time
clock.now = _wrong_now

from worker.app import app  # noqa: E402  with the clock already wrong

__all__ = ["app"]
