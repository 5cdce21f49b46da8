"""Workers whose clocks are wrong by hours. The database's clock alone counts."""

import signal

import pytest
from sqlalchemy import text

from core.database import transaction
from tests.support import one_log
from tests.support.one_log import assert_logged_once, held, wait_until_held
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash

# More than a day, so that the dates are wrong as well.
HOURS = 26
SKEW_SECONDS = HOURS * 3600
# How long ago, by the database's clock.
TIMES_OF_JOB = text("""
    SELECT extract(epoch FROM now() - created_at) AS created,
           extract(epoch FROM now() - claimed_at) AS claimed,
           extract(epoch FROM lease_until - now()) AS left_of_lease,
           extract(epoch FROM now() - progress_at) AS progressed,
           lease_until - claimed_at AS lease
    FROM job WHERE public_id = :job
""")
DAY_OF_LOG = text("""
    SELECT creation_date = (now() AT TIME ZONE 'UTC')::date
    FROM logged_segment JOIN job ON job.id = job_id WHERE public_id = :job
""")


@pytest.fixture
def skewed(installation):
    """No worker but one that is hours late and one that is hours early."""
    for worker in installation.workers:
        worker.end()
    workers = [
        installation.worker(
            f"worker-{words}",
            application="tests.support.skewed_worker",
            concurrency=1,
            SKEW_SECONDS=str(hours * 3600),
        )
        for words, hours in (("late", -HOURS), ("early", HOURS))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.wait_until_ready()
    yield workers
    for worker in workers:
        worker.end()


def test_workers_with_wrong_clocks_keep_give_up_and_take_over_jobs_as_others_do(
    installation, client, send, skewed
):
    segment_no = one_log.segment_of(client)

    with held(installation, one_log.END):
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        holder = one_log.worker_of(installation, job, skewed)
        (other,) = (worker for worker in skewed if worker is not holder)
        first = times_of(installation, job)
        wait_until(lambda: times_of(installation, job).lease > first.lease)
        send(one_log.id_of(job))
        # The other one does not think that the lease has lapsed.
        wait_until(lambda: other.said(f"nothing to do rung_for={one_log.id_of(job)}"))
        times = times_of(installation, job)
        assert 0 < times.left_of_lease < SKEW_SECONDS / 10
        assert 0 < times.claimed <= times.created < SKEW_SECONDS / 10
        assert times.progressed < times.claimed
        holder.send(signal.SIGKILL)
        one_log.let_lease_lapse(installation, job)

    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == 2
    assert asked(installation, DAY_OF_LOG, job) == (True,)


def times_of(installation, job):
    return asked(installation, TIMES_OF_JOB, job)


def asked(installation, question, job):
    with transaction(installation.engine) as session:
        return session.execute(question, {"job": one_log.id_of(job)}).one()
