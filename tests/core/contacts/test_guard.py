import threading

from sqlalchemy import text

from core.contacts.delete_contact import delete_contact
from core.contacts.guard import share_contacts
from core.database import transaction
from tests import factories
from tests.factories import actor


def test_deleting_waits_for_bulk_work(committing_engine):
    with transaction(committing_engine) as session:
        factories.company(session, no="K1")
    deleted = threading.Event()

    def delete():
        with transaction(committing_engine) as session:
            delete_contact(session, actor(), "K1")
        deleted.set()

    thread = threading.Thread(target=delete)
    with transaction(committing_engine) as bulk:
        share_contacts(bulk)
        thread.start()
        wait_until_somebody_waits(committing_engine)
        assert not deleted.is_set()
    thread.join(timeout=10)

    assert deleted.is_set()


def test_bulk_work_shares_the_contacts(committing_engine):
    with transaction(committing_engine) as one, transaction(committing_engine) as two:
        share_contacts(one)
        share_contacts(two)


def wait_until_somebody_waits(engine):
    statement = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    )
    for _ in range(200):
        with transaction(engine) as session:
            if session.execute(statement).scalar_one():
                return
        threading.Event().wait(0.05)
    raise AssertionError
