import signal
import subprocess

import psycopg
import pytest
import redis

from core.embedded import broker, postgres
from tests.support.folders import reachable_folder
from tests.support.keeper import FORGETFUL


@pytest.fixture
def folder():
    with reachable_folder() as folder:
        yield folder


@pytest.fixture
def database(folder):
    server = postgres.start(folder, FORGETFUL)
    yield server
    postgres.stop(server)


@pytest.fixture
def queue(folder):
    server = broker.start(folder)
    yield server
    broker.stop(server)


def test_a_server_left_by_a_killed_owner_is_found_again(database, folder):
    again = postgres.start(folder, FORGETFUL)

    assert again == database


def test_a_server_asks_for_memory_in_large_pages(database):
    name, _, value = postgres.LARGE_PAGES.partition("=")

    assert database.process.environ()[name] == value


def test_data_survive_a_stop(database, folder):
    with psycopg.connect(database.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    postgres.stop(database)

    again = postgres.start(folder, FORGETFUL)

    with psycopg.connect(again.url()) as connection:
        assert connection.execute("TABLE kept").fetchone() == (1,)
    postgres.stop(again)


def test_a_killed_server_comes_back_under_the_same_address(database, folder):
    database.process.send_signal(signal.SIGKILL)
    database.process.wait()

    again = postgres.start(folder, FORGETFUL)

    assert again.url() == database.url()
    postgres.stop(again)


def test_text_sorts_by_code_point_and_folds_every_letter(database):
    with psycopg.connect(database.url()) as connection:
        found = connection.execute("SELECT 'Z' < 'a', upper('åø')").fetchone()

    assert found == (True, "ÅØ")


def test_the_settings_for_bulk_work_are_accepted(folder):
    server = postgres.start(folder)
    with psycopg.connect(server.url()) as connection:
        found = connection.execute(
            "SELECT current_setting('max_wal_size'), current_setting('fsync')"
        ).fetchone()
    postgres.stop(server)

    assert found == ("4GB", "on")


def test_nobody_else_may_enter_the_folder_of_the_socket(database):
    assert database.socket_folder.stat().st_mode & 0o077 == 0


def test_a_broker_left_by_a_killed_owner_is_found_again(queue, folder):
    assert broker.start(folder).process.pid == queue.process.pid


def test_messages_survive_a_killed_broker_under_the_same_address(queue, folder):
    with redis.Redis.from_url(queue.url()) as client:
        client.lpush("jobs", "ring")
        client.execute_command("WAITAOF", 1, 0, 5000)
    queue.process.kill()
    queue.process.wait()

    again = broker.start(folder)

    assert again.url() == queue.url()
    with redis.Redis.from_url(again.url()) as client:
        assert client.lrange("jobs", 0, -1) == [b"ring"]
    broker.stop(again)


def test_the_broker_asks_for_its_password(queue):
    with (
        redis.Redis(port=queue.port) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_a_full_broker_refuses_instead_of_forgetting(queue):
    with redis.Redis.from_url(queue.url()) as client:
        assert client.config_get("maxmemory-policy") == {
            "maxmemory-policy": "noeviction"
        }


@pytest.fixture
def somebody_else():
    """A process of the server's account that is not one of its parents: those, and
    processes of others, PostgreSQL knows to be no servers by itself."""
    account = postgres._as_unprivileged()
    with subprocess.Popen(["sleep", "60"], **account) as process:
        yield process.pid
        process.kill()


@pytest.mark.parametrize(
    "lock", ["cluster/postmaster.pid", "socket/.s.PGSQL.5432.lock"]
)
def test_a_process_number_that_somebody_else_got_is_no_obstacle(
    database, folder, lock, somebody_else
):
    postgres.stop(database)
    (folder / "socket").mkdir(mode=0o700, exist_ok=True)
    (folder / lock).write_text(f"{somebody_else}\n")

    again = postgres.start(folder, FORGETFUL)

    assert again.is_running()
    postgres.stop(again)
