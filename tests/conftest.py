"""Servers, databases and the application, for every test.

One PostgreSQL and one broker serve a whole run, also when it is spread over several
processes. DATABASE_URL and REDIS_URL, when set, name servers to use instead.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as property_tests
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import models
from core.access.models import User
from core.database import make_engine, transaction
from core.operations.broker import BrokerWatch
from core.settings import Settings
from tests.support.mail_server import SENDER, Mailbox, mail_server
from tests.support.servers import Servers, new_database, servers_for_a_run

LOOPBACK = ("127.", "::1", "localhost")
run = ExitStack()

# The same examples in every run; `pytest --hypothesis-profile soak` looks for new ones
# and prints how to see a failure again.
property_tests.register_profile("ci", derandomize=True, deadline=None)
property_tests.register_profile(
    "soak", max_examples=5000, deadline=None, print_blob=True
)
property_tests.load_profile("ci")
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


@pytest.fixture
def committing_engine(engine: Engine) -> Iterator[Engine]:
    """The shared database, for tests that commit; it is emptied after each."""
    yield engine
    with transaction(engine) as session:
        for table in reversed(models.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """What is sent arrives here."""
    with mail_server() as (mailbox, url):
        monkeypatch.setenv("MAIL_URL", url)
        monkeypatch.setenv("MAIL_FROM", SENDER)
        yield mailbox


@pytest.fixture
def settings(database_url: str, servers: Servers, tmp_path: Path) -> Settings:
    return settings_for_tests(database_url, servers, tmp_path)


def settings_for_tests(
    database_url: str, servers: Servers, upload_folder: Path
) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=servers.redis_url,
        secret_key="only for tests",
        upload_folder=upload_folder,
        lease_seconds=15,
        heartbeat_seconds=0.5,
        secure_cookies=False,
        log_format="text",
    )


class RecordingNudge:
    """A doorbell without a broker behind it."""

    def __init__(self) -> None:
        self.rung: list[object] = []

    def ring(self, job_public_id: object) -> None:
        self.rung.append(job_public_id)


@pytest.fixture
def nudge() -> RecordingNudge:
    return RecordingNudge()


@pytest.fixture(scope="session")
def app_of_run(database_url: str, servers: Servers, engine: Engine) -> Flask:
    """Made once: to wire five hundred routes takes longer than most tests."""
    from web.app import create_app

    settings = settings_for_tests(database_url, servers, Path())
    return create_app(settings, engine, RecordingNudge())


@pytest.fixture
def app(
    app_of_run: Flask,
    settings: Settings,
    committing_engine: Engine,
    nudge: RecordingNudge,
) -> Iterator[Flask]:
    """As it was made, with the settings and the doorbell of the test."""
    made, config = app_of_run.extensions["rollcall"], app_of_run.config.copy()
    app_of_run.extensions["rollcall"] = made._replace(
        settings=settings,
        engine=committing_engine,
        nudge=nudge,
        broker=BrokerWatch(settings.redis_url),
    )
    # Pages are posted to without reading their form first. Tests of the protection
    # itself put the methods back.
    app_of_run.config.update(TESTING=True, WTF_CSRF_METHODS=set())
    yield app_of_run
    app_of_run.config.clear()
    app_of_run.config.update(config)
    app_of_run.extensions["rollcall"] = made


@pytest.fixture
def client_as(app: Flask, committing_engine: Engine) -> Callable[[str], FlaskClient]:
    """A browser signed in as a new user of the role."""

    def sign_in(role: str) -> FlaskClient:
        user = User(username=role, password_hash="", role=role)
        with transaction(committing_engine) as session:
            session.add(user)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(user=user.id, epoch=user.session_epoch)
        return client

    return sign_in


@pytest.fixture
def client(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("administrator")
