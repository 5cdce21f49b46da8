"""Finding duplicates, with its process killed in the middle: nothing, then all."""

import pytest
from sqlalchemy import text

from core.contacts.duplicates.find_duplicates import request_search
from core.contacts.guard import lock_contacts
from core.database import transaction
from tests import factories
from tests.support import ledger, one_log, programs
from tests.support.meanwhile import is_somebody_waiting
from tests.support.programs import wait_until
from web.nudge import BrokerNudge

pytestmark = pytest.mark.crash

COMPANIES = 2000
PAIRS = "likely_duplicate"
TWICE = text(
    "INSERT INTO contact (id, no, type, company_id, name, city, phone_no)"
    " SELECT n, 'C' || n, 0, n, n / 2 || ' Street', n / 2 || ' town', 10000 + n / 2"
    " FROM generate_series(2, :companies + 1) n"
)


@pytest.fixture
def job(own_engine):
    """Every two companies look alike."""
    with transaction(own_engine) as session:
        session.execute(TWICE, {"companies": COMPANIES})
        factories.marketing_setup(session, search_hit_percent=40)
        factories.search_strings(session)
        return request_search(session, factories.actor()).public_id


@pytest.mark.parametrize("killed", ["child", "worker"])
def test_a_killed_search_shows_nothing_and_then_everything_once(
    own_engine, own_database, redis_url, tmp_path, job, killed
):
    def worker():
        return programs.worker(
            tmp_path, own_database, redis_url, application="worker.app"
        )

    def row():
        with transaction(own_engine) as session:
            found = text("SELECT * FROM job WHERE public_id = :job")
            return session.execute(found, {"job": job}).one()

    nudge = BrokerNudge(redis_url)
    with worker() as first:
        with transaction(own_engine) as session:
            # All is compared by then and nothing written.
            lock_contacts(session)
            nudge.ring(job)
            wait_until(lambda: is_somebody_waiting(own_engine))
            programs.kill(first, killed, row().worker)
        with transaction(own_engine) as session:
            session.execute(one_log.LET_LEASE_LAPSE, {"job": job})
        assert ledger.count(own_engine, PAIRS) == 0
        for _ in range(3):
            nudge.ring(job)
        with worker():
            wait_until(lambda: row().state == "succeeded")

    done = row()
    assert (done.attempt, done.result["likely_duplicates"]) == (2, COMPANIES // 2)
    assert ledger.count(own_engine, PAIRS) == COMPANIES // 2
