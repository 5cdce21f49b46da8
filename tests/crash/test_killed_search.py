"""Finding duplicates, with its process killed in the middle: nothing, then all."""

import pytest
from sqlalchemy import text

from core.contacts.duplicates.find_duplicates import request_search
from core.contacts.guard import lock_contacts
from core.database import transaction
from tests import factories
from tests.support import ledger
from tests.support.killed_job import killed_and_taken_over

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
    done = killed_and_taken_over(
        own_engine,
        own_database,
        redis_url,
        tmp_path,
        job,
        killed,
        hold=lock_contacts,
        fills=PAIRS,
    )

    assert (done.attempt, done.result["likely_duplicates"]) == (2, COMPANIES // 2)
    assert ledger.count(own_engine, PAIRS) == COMPANIES // 2
