"""Real workers on a real broker, killed, frozen and told to go in the middle of a job."""

import os
import signal
from uuid import UUID

import pytest
import redis
from celery import Celery
from sqlalchemy import Engine, text

from core.database import transaction
from core.jobs.cancel import request_cancel
from core.task_names import BROKER_KEY_PREFIX, RUN_JOB
from tests import factories
from tests.support import programs, tally
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash

CUT_ALL_OTHER_CONNECTIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def ring(redis_url):
    celery = Celery(broker=redis_url, set_as_current=False)
    celery.conf.broker_transport_options = {"global_keyprefix": BROKER_KEY_PREFIX}
    yield lambda job: celery.send_task(RUN_JOB, [str(job)], queue="jobs")
    celery.close()


def state(engine: Engine, job: UUID) -> str:
    return tally.job_of(engine, job).state


def is_half_way(engine: Engine, job: UUID) -> bool:
    row = tally.job_of(engine, job)
    return row.state == "running" and 0 < row.done < row.planned


def test_a_ring_starts_the_job(tally_engine, own_database, redis_url, ring, tmp_path):
    job = tally.submit(tally_engine, rows=5000)

    with programs.worker(tmp_path, own_database, redis_url):
        ring(job)
        wait_until(lambda: state(tally_engine, job) == "succeeded")

    assert tally.rows_of(tally_engine, job) == 5000


def test_a_killed_worker_loses_and_repeats_nothing(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=30_000, seconds_per_chunk=0.05)

    with programs.worker(tmp_path, own_database, redis_url) as first:
        ring(job)
        wait_until(lambda: is_half_way(tally_engine, job))
        first.send(signal.SIGKILL)
    assert tally.rows_of(tally_engine, job) == 0
    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        wait_until(lambda: state(tally_engine, job) == "succeeded")

    assert tally.rows_of(tally_engine, job) == 30_000
    assert "taken_over" in tally.events_of(tally_engine, job)


def test_a_frozen_worker_that_wakes_up_writes_nothing(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=30_000, seconds_per_chunk=0.05)

    with programs.worker(tmp_path, own_database, redis_url) as frozen:
        ring(job)
        wait_until(lambda: is_half_way(tally_engine, job))
        frozen.send(signal.SIGSTOP)
        with (
            programs.worker(tmp_path, own_database, redis_url),
            programs.beat(tmp_path, own_database, redis_url),
        ):
            wait_until(lambda: state(tally_engine, job) == "succeeded", seconds=60)
        frozen.send(signal.SIGCONT)
        wait_until(lambda: "as=lost" in frozen.log.read_text())

    assert tally.rows_of(tally_engine, job) == 30_000
    assert tally.job_of(tally_engine, job).attempt == 2


def test_a_worker_told_to_go_hands_its_job_over_within_seconds(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=60_000, seconds_per_chunk=0.05)

    with programs.worker(tmp_path, own_database, redis_url) as first:
        ring(job)
        wait_until(lambda: is_half_way(tally_engine, job))
        first.terminate()
        assert first.process.wait(timeout=10) == 0
    row = tally.job_of(tally_engine, job)

    assert (row.state, row.crashes, row.retries) == ("queued", 0, 0)
    assert tally.rows_of(tally_engine, job) == 0


def test_a_job_whose_ring_got_lost_is_found_by_the_sweep(
    tally_engine, own_database, redis_url, tmp_path
):
    job = tally.submit(tally_engine)

    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        wait_until(lambda: state(tally_engine, job) == "succeeded")

    assert tally.rows_of(tally_engine, job) == 3000


def test_rings_delivered_many_times_have_the_effect_of_one(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    jobs = [tally.submit(tally_engine, rows=2000) for _ in range(5)]

    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.worker(tmp_path, own_database, redis_url),
    ):
        for job in jobs * 6:
            ring(job)
        wait_until(lambda: {state(tally_engine, job) for job in jobs} == {"succeeded"})

    assert {tally.rows_of(tally_engine, job) for job in jobs} == {2000}
    assert {tally.job_of(tally_engine, job).attempt for job in jobs} == {1}


def test_a_killed_child_of_the_worker_is_replaced_and_its_job_done_again(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=30_000, seconds_per_chunk=0.05)

    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        ring(job)
        wait_until(lambda: is_half_way(tally_engine, job))
        child = int(tally.job_of(tally_engine, job).worker.rpartition(":")[2])
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: state(tally_engine, job) == "succeeded")

    assert tally.rows_of(tally_engine, job) == 30_000
    assert tally.job_of(tally_engine, job).crashes == 1


def test_a_broker_that_forgets_everything_loses_no_job(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    jobs = [
        tally.submit(tally_engine, rows=4000, seconds_per_chunk=0.1) for _ in range(6)
    ]

    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        for job in jobs:
            ring(job)
        wait_until(lambda: is_half_way(tally_engine, jobs[0]))
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()
        wait_until(lambda: {state(tally_engine, job) for job in jobs} == {"succeeded"})

    assert {tally.rows_of(tally_engine, job) for job in jobs} == {4000}
    assert {tally.job_of(tally_engine, job).attempt for job in jobs} == {1}


def test_connections_cut_at_random_cost_only_time(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=20_000, seconds_per_chunk=0.05)

    with (
        programs.worker(tmp_path, own_database, redis_url),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        ring(job)
        wait_until(lambda: is_half_way(tally_engine, job))
        with transaction(tally_engine) as session:
            session.execute(CUT_ALL_OTHER_CONNECTIONS)
        wait_until(lambda: state(tally_engine, job) == "succeeded")

    row = tally.job_of(tally_engine, job)
    assert tally.rows_of(tally_engine, job) == 20_000
    assert row.retries + row.crashes == 1


def test_cancelling_stops_a_running_statement(
    tally_engine, own_database, redis_url, ring, tmp_path
):
    job = tally.submit(tally_engine, rows=2000, seconds_per_chunk=60)

    with programs.worker(tmp_path, own_database, redis_url):
        ring(job)
        wait_until(lambda: state(tally_engine, job) == "running")
        with transaction(tally_engine) as session:
            request_cancel(session, factories.actor(), job, tally.KINDS)
        wait_until(lambda: state(tally_engine, job) == "cancelled", seconds=5)

    assert tally.rows_of(tally_engine, job) == 0


def test_a_worker_without_database_refuses_to_start(redis_url, tmp_path):
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"

    with (
        pytest.raises(AssertionError, match="cannot reach its database"),
        programs.worker(tmp_path, nowhere, redis_url),
    ):
        pass
