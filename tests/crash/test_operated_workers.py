"""Operators watch real workers, drain one and call it back; two beats do no harm."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from sqlalchemy import delete, select, text

from core.database import transaction
from core.jobs.models import Job, PausedQueue
from core.operations.models import Pulse, WorkerProcess
from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE
from tests.support import tally
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[2]
WORKER = (
    *("-A", "tests.support.tally_worker", "worker", "-Q", "jobs,housekeeping"),
    *("--without-gossip", "--without-mingle", "-l", "INFO", "--concurrency", "2"),
)


@pytest.fixture
def engine(own_engine):
    tally.make_tables(own_engine)
    return own_engine


@pytest.fixture
def celery(own_database, redis_url, tmp_path):
    @contextmanager
    def celery(name, *arguments):
        environment = {
            **os.environ,
            "DATABASE_URL": own_database,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "only for tests",
            "UPLOAD_FOLDER": str(tmp_path),
            "LEASE_SECONDS": "600",
            "HEARTBEAT_SECONDS": "0.1",
        }
        with (tmp_path / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    return celery


@pytest.fixture
def worker(celery, engine, tmp_path):
    """A worker that has introduced itself."""

    @contextmanager
    def worker(name="worker"):
        with celery(name, *WORKER) as process:
            wait_until(
                lambda: row_of(engine, process.pid) or process.poll() is not None
            )
            assert process.poll() is None, (tmp_path / f"{name}.log").read_text()
            yield process

    return worker


@pytest.fixture
def beat(celery, tmp_path):
    def beat(name):
        schedule = str(tmp_path / name)
        return celery(name, "-A", "worker.app", "beat", "--schedule", schedule)

    return beat


def row_of(engine, pid):
    with transaction(engine) as session:
        return session.scalar(select(WorkerProcess).where(WorkerProcess.pid == pid))


def change(engine, pid, statement):
    with transaction(engine) as session:
        session.execute(
            text(f"UPDATE worker_process SET {statement} WHERE pid = :pid"),  # noqa: S608
            {"pid": pid},
        )


def states(engine):
    with transaction(engine) as session:
        return list(session.scalars(select(Job.state).order_by(Job.id)))


def test_a_worker_tells_who_it_is_and_that_it_lives(engine, worker):
    with worker() as process:
        first = row_of(engine, process.pid)
        wait_until(
            lambda: row_of(engine, process.pid).last_seen_at > first.last_seen_at
        )

    assert (first.slots, sorted(first.queues)) == (2, ["housekeeping", "jobs"])
    assert first.memory_bytes > 10_000_000
    assert first.version
    assert first.stopped_at is None


def test_a_worker_says_good_bye_but_a_killed_one_cannot(engine, worker):
    with worker("polite") as polite, worker("killed") as killed:
        polite.terminate()
        assert polite.wait() == 0
        os.killpg(killed.pid, signal.SIGKILL)

    assert row_of(engine, polite.pid).stopped_at
    assert row_of(engine, killed.pid).stopped_at is None


def test_a_job_names_the_worker_that_runs_it(engine, worker, beat):
    job = tally.submit(engine)

    with worker() as process, beat("beat"):
        wait_until(lambda: states(engine) == ["succeeded"])

    ran_on = tally.job_of(engine, job).worker_process_id
    assert ran_on == row_of(engine, process.pid).id


def test_a_drained_worker_hands_over_what_it_does_and_begins_nothing_until_called_back(
    engine, worker, beat
):
    tally.submit(engine, rows=60_000, seconds_per_chunk=0.1)
    with worker() as process, beat("beat"):
        wait_until(lambda: states(engine) == ["running"])
        change(engine, process.pid, "drain_requested_at = now()")
        wait_until(lambda: states(engine) == ["queued"])
        small = tally.submit(engine, rows=1000)
        wait_until(lambda: row_of(engine, process.pid).is_draining)
        assert process.poll() is None

        with worker("other"):
            wait_until(lambda: tally.job_of(engine, small).state == "succeeded")
        assert states(engine)[0] == "running"

        change(engine, process.pid, "drain_requested_at = NULL")
        again = tally.submit(engine, rows=1000)
        wait_until(lambda: tally.job_of(engine, again).state == "succeeded")

    worker_of = {tally.job_of(engine, job).worker_process_id for job in (small, again)}
    assert len(worker_of) == 2


def test_a_drained_worker_leaves_the_rings_to_others(
    engine, worker, redis_url, tmp_path
):
    jobs = BROKER_KEY_PREFIX + JOBS_QUEUE
    with worker() as process, redis.Redis.from_url(redis_url) as broker:
        change(engine, process.pid, "drain_requested_at = now()")
        wait_until(
            lambda: "Canceling queue jobs" in (tmp_path / "worker.log").read_text()
        )
        wait_until(lambda: is_left_there(broker, jobs))
        change(engine, process.pid, "drain_requested_at = NULL")
        wait_until(lambda: broker.llen(jobs) == 0)


def is_left_there(broker, key):
    """One ring may still go to a wait that had begun before."""
    broker.lpush(key, b"{}")
    return broker.llen(key) > 1


def test_two_beats_at_once_do_no_harm(engine, worker, beat):
    jobs = [tally.submit(engine, rows=5000) for _ in range(6)]

    with worker(), beat("first"), beat("second"):
        wait_until(lambda: set(states(engine)) == {"succeeded"})

    rows = [tally.job_of(engine, job) for job in jobs]
    assert {(row.attempt, row.crashes, row.retries) for row in rows} == {(1, 0, 0)}
    assert {tally.rows_of(engine, job) for job in jobs} == {5000}
    with transaction(engine) as session:
        assert set(session.scalars(select(Pulse.name))) == {"beat", "sweep"}


def test_small_jobs_behind_a_long_one_begin_at_once_and_nobody_starves(
    engine, worker, beat
):
    """One of two slots is taken for a quarter of an hour; the other serves the rest."""
    long = tally.submit(engine, by="anna", rows=1_000_000, seconds_per_chunk=1)
    with worker(), beat("beat"):
        wait_until(lambda: tally.job_of(engine, long).state == "running")
        with paused(engine):
            for _ in range(100):
                tally.submit(engine, by="anna", rows=10)
            ten = [tally.submit(engine, by="bo", rows=10) for _ in range(10)]
        wait_until(lambda: {tally.job_of(engine, job).state for job in ten} == DONE)

        assert tally.job_of(engine, long).state == "running"
    # Anna's long job counts for her, so whoever has nothing at work goes first.
    assert begun_in_turn(engine)[:11] == ["anna"] + 10 * ["bo"]


DONE = {"succeeded"}


@contextmanager
def paused(engine):
    """All of them wait before the first begins, however long it takes to ask."""
    with transaction(engine) as session:
        session.add(PausedQueue(name=JOBS_QUEUE, paused_by="otto"))
    yield
    with transaction(engine) as session:
        session.execute(delete(PausedQueue))


def begun_in_turn(engine):
    begun = select(Job.requested_by).where(Job.started_at.is_not(None))
    with transaction(engine) as session:
        return list(session.scalars(begun.order_by(Job.started_at)))
