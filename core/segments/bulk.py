"""What statements over a million rows have in common."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, case, func, text
from sqlalchemy.orm import Session

from core.base import Base

ANNOUNCE_EVERY = 10_000
"""Rows between two signs of life from the running statement."""

HASH_MEMORY = "256MB"
"""For the database, while it holds a million contacts or lines in a hash table or
sorts them: with its frugal default it would go through the disk."""

ROUGHLY = 10
"""Of the table 3 000 rows are looked at and not 30 000: 15 ms instead of 100."""

_EVERY_ROW = "every row is meant"

MOST_JOINS = 14
"""Beyond eight the planner keeps to the order in which a statement names its tables."""


def give_hash_memory(session: Session) -> None:
    """It holds until the transaction ends."""
    session.execute(text(f"SET LOCAL work_mem = '{HASH_MEMORY}'"))


def order_all_joins(session: Session) -> None:
    """Costs the planner milliseconds. It holds until the transaction ends."""
    for limit in ("join_collapse_limit", "from_collapse_limit", "geqo_threshold"):
        session.execute(text(f"SET LOCAL {limit} = {MOST_JOINS}"))


@contextmanager
def every_row_meant(session: Session) -> Iterator[None]:
    """For a statement that reads a whole segment and its contacts. The planner may
    expect but few rows, as it does right after they were added, and would look a
    million contacts up one by one. Inside another one it changes nothing."""
    if is_every_row_meant(session):
        yield
        return
    session.execute(text("SET LOCAL enable_nestloop = off"))
    session.info[_EVERY_ROW] = True
    try:
        yield
    finally:
        session.info[_EVERY_ROW] = False
    # Whoever raises ends the transaction or goes back to before, and the setting too.
    session.execute(text("SET LOCAL enable_nestloop = on"))


def is_every_row_meant(session: Session) -> bool:
    """For statements that are written differently when they are about most rows."""
    return bool(session.info.get(_EVERY_ROW))


def tell_planner(session: Session, table: type[Base]) -> None:
    """After a statement that wrote many rows, so that the next one does not take them
    for a few; the server would find out by itself, but only in a minute."""
    session.execute(text(f"SET LOCAL default_statistics_target = {ROUGHLY}"))
    # Skipped where somebody is at it already: nobody shall wait for that. With its
    # columns named the server does not count it as its own work, and looks closer soon.
    columns = ", ".join(column.name for column in table.__table__.columns)
    session.execute(text(f"ANALYZE (SKIP_LOCKED) {table.__tablename__} ({columns})"))


def announced(
    value: ColumnElement[int], position: ColumnElement[int]
) -> ColumnElement[int]:
    """The value; when the row at every ten thousandth position (from 1) is written,
    the worker hears of it while the statement goes on.

    Plan: both are named several times. A window whose order has parameters would be
    computed as often; let it be a column of a subquery."""
    return case(
        (
            position.op("%")(ANNOUNCE_EVERY) == 0,
            func.rollcall_announce_progress(value, ANNOUNCE_EVERY),
        ),
        else_=value,
    )
