"""Servers, databases and the application, for every test.

One PostgreSQL and one broker serve a whole run, also when it is spread over several
processes. DATABASE_URL and REDIS_URL, when set, name servers to use instead.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.database import make_engine
from tests.support.servers import Servers, new_database, servers_for_a_run

LOOPBACK = ("127.", "::1", "localhost")
run = ExitStack()
servers_of_run = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(refuse_foreign_addresses)


def refuse_foreign_addresses(event: str, arguments: tuple[object, ...]) -> None:
    """No test leaves the machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        assert str(host).startswith(LOOPBACK), f"A test tried to reach {host}."


def started_servers(config: pytest.Config) -> Servers:
    if servers_of_run not in config.stash:
        started = run.enter_context(servers_for_a_run(os.environ))
        config.stash[servers_of_run] = started
    return config.stash[servers_of_run]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["servers"] = tuple(started_servers(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    run.close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput:
        return Servers(*workerinput["servers"])
    return started_servers(request.config)


@pytest.fixture(scope="session")
def database_url(servers: Servers) -> Iterator[str]:
    """One migrated database per test process. Tests leave it as they found it."""
    with new_database(servers.database_url, servers.template) as url:
        yield url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone after the test, whatever it did."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        ) as session:
            yield session
        outer.rollback()


@pytest.fixture
def own_database(servers: Servers) -> Iterator[str]:
    """The address of a fresh migrated database, for tests that really commit."""
    with new_database(servers.database_url, servers.template) as url:
        yield url


@pytest.fixture
def own_engine(own_database: str) -> Iterator[Engine]:
    engine = make_engine(own_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def redis_database(request: pytest.FixtureRequest, servers: Servers) -> str:
    """A numbered database of the broker for each test process."""
    workerinput = getattr(request.config, "workerinput", {"workerid": "gw-1"})
    number = int(workerinput["workerid"].removeprefix("gw")) + 1
    return urlunsplit(urlsplit(servers.redis_url)._replace(path=f"/{number}"))


@pytest.fixture
def redis_url(redis_database: str) -> Iterator[str]:
    """A broker with nothing in it."""
    with redis.Redis.from_url(redis_database) as client:
        client.flushdb()
        yield redis_database
        client.flushdb()
