"""The connection to PostgreSQL, and the only place that ends a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.orm import Session


def make_engine(database_url: str, *, pool_size: int = 10) -> Engine:
    """An engine over psycopg 3. Accepts postgresql:// and postgres:// addresses."""
    return create_engine(
        _psycopg_address(database_url),
        pool_size=pool_size,
        pool_pre_ping=True,
        # The session used last comes first: its server process has touched most of the
        # shared memory already, where a fresh one takes 85 000 page faults for a
        # million lines, up to a second.
        pool_use_lifo=True,
        # What went wrong is logged and shown to operators; whom it is about is not.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "rollcall"},
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One unit of work: returning commits, raising rolls back."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def schema_transaction(database_url: str) -> Iterator[Connection]:
    """A connection of its own for a change of the schema: all of it or nothing."""
    engine = create_engine(_psycopg_address(database_url), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def _psycopg_address(database_url: str) -> str:
    _, _, rest = database_url.partition("://")
    return f"postgresql+psycopg://{rest}"


@contextmanager
def undone_when_raising(session: Session) -> Iterator[None]:
    """What is done inside is undone when it raises; the transaction itself goes on and
    is still ended by whoever opened it."""
    with session.begin_nested():
        yield
