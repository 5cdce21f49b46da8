import pytest
from sqlalchemy import func, select

from core.access.models import AuditEvent
from core.errors import NotFoundError
from core.jobs.claim import claim_next_job
from core.operations.pause_queue import pause_queue, resume_queue
from core.operations.queues import queue_by_name, queues
from tests import factories
from tests.core.operations.conftest import ago
from tests.support import tally


def jobs_queue(session, **limits):
    return queue_by_name(session, "jobs", limits)


def test_an_empty_queue_is_still_a_queue(session):
    found = queues(session, {})

    assert [queue.name for queue in found] == ["jobs", "send"]
    for queue in found:
        assert (queue.waiting, queue.oldest_seconds) == (0, None)
        assert sum(queue.per_minute) == 0


def test_depth_age_and_what_comes_later(session, submit, run_on):
    submit(run_after=ago(90))
    submit(run_after=ago(30))
    submit(run_after=ago(-30))
    run_on(None)

    queue = jobs_queue(session)

    assert (queue.waiting, queue.later, queue.running) == (2, 1, 1)
    assert 89 < queue.oldest_seconds < 95


def test_a_job_whose_worker_vanished_waits_again(session, run_on):
    run_on(None, lease_until=ago(20), run_after=ago(500))

    queue = jobs_queue(session)

    assert (queue.waiting, queue.running) == (1, 0)
    assert 19 < queue.oldest_seconds < 25


def test_a_full_kind_is_told(session, submit, run_on):
    run_on(None, kind="import")
    submit(kind="import")
    submit(kind="log_segment")

    kinds = {each.kind: each for each in jobs_queue(session, **{"import": 1}).kinds}

    assert kinds["import"].is_full
    assert not kinds["log_segment"].is_full


def test_throughput_is_told_by_the_minute(session, submit):
    for seconds in (5, 10, 70, 3599, 4000):
        submit(state="succeeded", finished_at=ago(seconds))

    per_minute = jobs_queue(session).per_minute

    assert (per_minute[-1], per_minute[-2], per_minute[0]) == (2, 1, 1)
    assert sum(per_minute) == 4


def test_pausing_and_resuming_are_deeds_of_somebody(session, submit):
    submit()
    pause_queue(session, factories.actor(), "jobs")
    pause_queue(session, factories.actor(), "jobs")

    queue = jobs_queue(session)
    assert (queue.paused_by, queue.waiting) == ("anna", 1)
    assert claim_next_job(session, tally.terms(), {}) is None

    resume_queue(session, factories.actor(), "jobs")
    resume_queue(session, factories.actor(), "jobs")
    assert jobs_queue(session).paused_at is None
    assert claim_next_job(session, tally.terms(), {})
    deeds = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert deeds == ["queue.pause", "queue.resume"]


def test_there_are_no_other_queues(session):
    with pytest.raises(NotFoundError, match="no queue mail"):
        pause_queue(session, factories.actor(), "mail")


def test_ages_come_from_the_clock_of_the_database(session, submit):
    submit(run_after=func.now())

    assert jobs_queue(session).oldest_seconds == 0
