from datetime import UTC, datetime, timedelta

import pytest

from core.jobs import pace
from core.jobs.models import Job

BEGAN = datetime(2026, 5, 4, 12, tzinfo=UTC)


def job(state="running", done=0, planned=1000, seconds=10, **values) -> Job:
    return Job(
        state=state,
        done=done,
        planned=planned,
        claimed_at=BEGAN,
        progress_at=BEGAN + timedelta(seconds=seconds),
        **values,
    )


@pytest.mark.parametrize(
    ("state", "done", "planned", "shown"),
    [
        ("running", 0, 1000, 0),
        ("running", 999, 1000, 99),
        ("running", 1000, 1000, 99),
        ("succeeded", 990, 1000, 100),
        ("succeeded", 0, 0, 100),
        ("running", 5, 0, None),
    ],
)
def test_a_hundred_percent_is_kept_for_success(state, done, planned, shown):
    assert pace.percent(job(state, done, planned)) == shown


def test_what_is_left_takes_as_long_as_what_was_done():
    half_way = job(done=500)

    assert pace.rate(half_way) == 50.0
    assert pace.eta_seconds(half_way) == 10


def test_an_attempt_that_catches_up_with_an_earlier_one_promises_nothing():
    catching_up = job(done=500, seconds=-5)

    assert pace.rate(catching_up) is None
    assert pace.eta_seconds(catching_up) is None


@pytest.mark.parametrize("state", ["queued", "succeeded", "failed", "cancelled"])
def test_only_a_running_job_has_a_remaining_time(state):
    assert pace.eta_seconds(job(state, done=500)) is None


def test_a_long_job_is_asked_less_often():
    assert pace.retry_after_seconds(job(done=500)) == 1
    assert pace.retry_after_seconds(job(done=500, planned=10_000)) == 3
    assert pace.retry_after_seconds(job(done=1, planned=10**9)) == 5
    assert pace.retry_after_seconds(job("succeeded")) is None
