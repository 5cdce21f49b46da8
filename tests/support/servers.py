import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from core.migrations.run import migrate

ROOT = Path(__file__).parents[2]


class Servers(NamedTuple):
    """The servers of a test run, and the migrated database to copy from."""

    database_url: str
    redis_url: str
    template: str


@contextmanager
def servers_for_a_run(environment: Mapping[str, str]) -> Iterator[Servers]:
    """The servers named by the environment, or our own for as long as the run."""
    given = [environment.get(name) for name in ("DATABASE_URL", "REDIS_URL")]
    with _own_servers(needed=not all(given)) as own:
        database_url, redis_url = (a or b for a, b in zip(given, own, strict=True))
        assert database_url
        assert redis_url
        with new_database(database_url) as template_url:
            migrate(template_url)
            yield Servers(database_url, redis_url, urlsplit(template_url).path[1:])


@contextmanager
def new_database(database_url: str, template: str = "template0") -> Iterator[str]:
    name = f"rollcall_test_{uuid4().hex}"
    _execute(
        database_url,
        # Copied through the log: for a small template that beats copying files,
        # which asks for a checkpoint of the whole server.
        "CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log",
        name,
        template,
    )
    yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    _execute(database_url, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def _own_servers(*, needed: bool) -> Iterator[list[str | None]]:
    if not needed:
        yield [None, None]
        return
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.keeper"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as keeper:
        assert keeper.stdout
        answer = keeper.stdout.readline()
        assert answer, "The test servers did not start; the reason is printed above."
        yield json.loads(answer)


def _execute(database_url: str, statement: str, *names: str) -> None:
    query = sql.SQL(statement).format(*map(sql.Identifier, names))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(query)
