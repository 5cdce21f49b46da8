import pytest
import redis
from sqlalchemy import func, text, update

from core import kinds
from core.database import transaction
from core.jobs.models import Job
from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE
from tests.support import tally
from worker import tasks


@pytest.fixture
def tally_engine(worker_environment, own_engine, monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", tally.KINDS)
    tally.make_tables(own_engine)
    return own_engine


@pytest.fixture
def messages(redis_url):
    def waiting():
        with redis.Redis.from_url(redis_url) as client:
            return client.llen(BROKER_KEY_PREFIX + JOBS_QUEUE)

    return waiting


def test_a_ring_runs_the_job(tally_engine):
    job = tally.submit(tally_engine)

    tasks.run_job(str(job))

    assert tally.job_of(tally_engine, job).state == "succeeded"


def test_the_sweep_rings_for_every_unkept_promise(tally_engine, messages):
    tally.submit(tally_engine)
    tally.submit(tally_engine)

    tasks.sweep()

    assert messages() == 2


def test_the_sweep_does_not_ring_while_the_rings_still_wait(tally_engine, messages):
    tally.submit(tally_engine)

    tasks.sweep()
    tasks.sweep()

    assert messages() == 1


def test_the_sweep_rings_for_a_job_whose_worker_vanished(tally_engine, messages):
    job = tally.submit(tally_engine)
    with transaction(tally_engine) as session:
        session.execute(
            update(Job)
            .where(Job.public_id == job)
            .values(
                state="running", lease_until=func.now() - text("interval '1 second'")
            )
        )

    tasks.sweep()

    assert messages() == 1


def test_the_sweep_leaves_jobs_alone_that_are_not_due(tally_engine, messages):
    tally.submit(tally_engine)
    with transaction(tally_engine) as session:
        session.execute(
            update(Job).values(run_after=func.now() + text("interval '1 minute'"))
        )

    tasks.sweep()

    assert messages() == 0
