"""Counts that somebody waits for: a newer one of the same page ends the one before,
and none runs longer than the person is ready to wait."""

from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

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


def begin_count(session: Session, asker: str, *, seconds: float) -> None:
    """End the statement of the asker's earlier count, wherever it runs, and mark this
    transaction as the asker's. `seconds` bound each statement of it."""
    # The mark ends with the transaction that bears it, so nothing else is hit: the
    # signal follows the look at the mark within microseconds.
    name = f"rollcall count {asker}"
    if asker:
        session.execute(_END_EARLIER, {"name": name})
    limit = f"{max(1, round(seconds * 1000))}ms"
    session.execute(_MARK, {"name": name if asker else "rollcall", "limit": limit})


def was_ended(error: DBAPIError) -> bool:
    """Whether the count took too long, or a newer one took its place."""
    return isinstance(error.orig, QueryCanceled)
