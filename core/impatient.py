"""Questions that somebody waits for: none runs longer than the person is ready to wait,
and a newer count of the same page ends the one before."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.database import undone_when_raising

QUICK_SECONDS = 3.0
EXACT_SECONDS = 60.0

_END_EARLIER = text(
    "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = :name AND pid <> pg_backend_pid() AND state = 'active'"
    " AND usename = current_user AND datname = current_database()"
)
_MARK = text(
    "SELECT set_config('application_name', :name, true),"
    " set_config('statement_timeout', :limit, true)"
)

_LIMIT = text("SELECT set_config('statement_timeout', :limit, true)")
_NO_LIMIT = text("SET LOCAL statement_timeout TO DEFAULT")


def begin_count(session: Session, asker: str, *, seconds: float) -> None:
    """End the statement of the asker's earlier count, wherever it runs, and mark this
    transaction as the asker's. `seconds` bound each statement of it."""
    # The mark ends with the transaction that bears it, so nothing else is hit: the
    # signal follows the look at the mark within microseconds.
    name = f"rollcall count {asker}"
    if asker:
        session.execute(_END_EARLIER, {"name": name})
    marks = {"name": name if asker else "rollcall", "limit": _milliseconds(seconds)}
    session.execute(_MARK, marks)


@contextmanager
def in_time(session: Session, seconds: float) -> Iterator[None]:
    """Bounds each statement inside. One that takes longer raises what `was_ended`
    knows, and the transaction can go on and ask for less."""
    with undone_when_raising(session):
        session.execute(_LIMIT, {"limit": _milliseconds(seconds)})
        yield
        session.execute(_NO_LIMIT)


def was_ended(error: DBAPIError) -> bool:
    """Whether it took too long, or a newer count took its place."""
    return isinstance(error.orig, QueryCanceled)


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"
