"""Classifying contacts, with its process killed in the middle: nothing, then all."""

import pytest
from sqlalchemy import text

from core.contacts.classification.classify_contacts import request_classification
from core.database import transaction
from core.vocabulary import ClassField
from tests import factories
from tests.support import ledger
from tests.support.killed_job import killed_and_taken_over

pytestmark = pytest.mark.crash

CONTACTS = 2000
ANSWERS = "contact_profile_answer"
MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, company_id)"
    " SELECT n, 'C' || n, 0, 'Company ' || n, n FROM generate_series(1, :contacts) n"
)
# The last answer waits for it, with all others written.
LAST_CONTACT_HELD = text("SELECT 1 FROM contact WHERE id = :contacts FOR UPDATE")


@pytest.fixture
def job(own_engine):
    """Everybody was spoken to at least never."""
    with transaction(own_engine) as session:
        session.execute(MANY_CONTACTS, {"contacts": CONTACTS})
        factories.question(
            session, "Q", 10, class_field=ClassField.INTERACTION_QUANTITY
        )
        factories.answer(session, "Q", 20, from_value=0)
        return request_classification(session, factories.actor(), "Q").public_id


@pytest.mark.parametrize("killed", ["child", "worker"])
def test_a_killed_classification_shows_nothing_and_then_everything_once(
    own_engine, own_database, redis_url, tmp_path, job, killed
):
    done = killed_and_taken_over(
        own_engine,
        own_database,
        redis_url,
        tmp_path,
        job,
        killed,
        hold=lambda session: session.execute(LAST_CONTACT_HELD, {"contacts": CONTACTS}),
        fills=ANSWERS,
    )

    assert (done.attempt, done.result["answers_added"]) == (2, CONTACTS)
    assert ledger.count(own_engine, ANSWERS) == CONTACTS
