"""PostgreSQL cuts connections, restarts and refuses to wait. Logs go on all the same."""

import signal
from contextlib import contextmanager, suppress

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from core.database import transaction
from tests.support import one_log
from tests.support.one_log import assert_logged_once, held, wait_until_held
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash

OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"
CUT_ALL_OTHERS = text(
    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}"  # noqa: S608
)


@pytest.fixture
def segment_no(client):
    return one_log.segment_of(client)


def test_connections_cut_in_the_middle_of_a_log_cost_only_time(
    installation, client, segment_no
):
    with transaction(installation.engine) as session:
        session.execute(one_log.POINTS[one_log.END])
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        session.execute(CUT_ALL_OTHERS)
        one_log.assert_nothing_is_seen(installation, job)

    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == 2


@pytest.mark.parametrize(
    "stopped",
    [
        pytest.param(signal.SIGKILL, id="killed"),
        pytest.param(signal.SIGINT, id="asked"),
    ],
)
def test_a_server_that_restarts_in_the_middle_of_a_log_costs_only_time(
    installation, client, segment_no, stopped
):
    # The lock that holds the log goes down with the server.
    with suppress(DBAPIError), held(installation, one_log.END):
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        installation.database.process.send_signal(stopped)
        wait_until(lambda: not installation.database.is_running())

    while_away = client.ask("GET", job)
    installation.start_database()
    # The server was away for longer than the worker tried to tell of its trouble.
    one_log.let_lease_lapse(installation, job)

    assert while_away.status == 503, while_away.document
    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == 2


@contextmanager
def impatient(installation):
    """Every connection made from now on gives up waiting for a lock after a moment."""
    with transaction(installation.engine) as session:
        session.execute(text("ALTER DATABASE rollcall SET lock_timeout = '300ms'"))
        session.execute(CUT_ALL_OTHERS)
    try:
        yield
    finally:
        with transaction(installation.engine) as session:
            session.execute(text("ALTER DATABASE rollcall RESET lock_timeout"))
            session.execute(CUT_ALL_OTHERS)


def test_a_log_that_may_not_wait_for_a_lock_is_tried_again(
    installation, client, segment_no
):
    with impatient(installation):
        with held(installation, one_log.END):
            job = one_log.log(client, segment_no)
            wait_until(lambda: "retry_planned" in one_log.events_of(client, job))

        found = assert_logged_once(installation, client, job)

    assert found["attempt"] >= 2


@pytest.mark.parametrize("victim", ["log", "edit"])
def test_a_deadlock_with_an_edit_ends_one_of_them_and_harms_neither(
    installation, client, segment_no, victim
):
    """The edit holds what the log wants next, and wants what the log holds."""
    # Whoever looks for a deadlock first gives way. The log looks after a second.
    patience = {"log": "20s", "edit": "10ms"}[victim]
    with transaction(installation.engine) as session:
        session.execute(text(f"SET LOCAL deadlock_timeout = '{patience}'"))
        session.execute(one_log.POINTS[one_log.END])
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        assert gives_way(session, segment_no) == (victim == "edit")

    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == (2 if victim == "log" else 1)


def gives_way(session, segment_no) -> bool:
    """Whether the edit was chosen to end."""
    lock_segment = text("SELECT 1 FROM segment WHERE no = :no FOR UPDATE")
    try:
        with session.begin_nested():
            session.execute(lock_segment, {"no": segment_no})
    except OperationalError as error:
        return isinstance(error.orig, DeadlockDetected)
    return False


def test_a_worker_without_database_refuses_to_start(installation):
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    worker = installation.worker("worker-nowhere", DATABASE_URL=nowhere)

    worker.start()
    wait_until(lambda: not worker.is_running())

    assert worker.said("cannot reach its database")
    worker.end()
