"""What statements over a million rows have in common."""

from sqlalchemy import ColumnElement, case, func, text
from sqlalchemy.orm import Session

ANNOUNCE_EVERY = 10_000
"""Rows between two signs of life from the running statement."""

HASH_MEMORY = "256MB"
"""For the database, while it holds a million contacts or lines in a hash table or
sorts them: with its frugal default it would go through the disk."""


def give_hash_memory(session: Session) -> None:
    """It holds until the transaction ends."""
    session.execute(text(f"SET LOCAL work_mem = '{HASH_MEMORY}'"))


def announced(
    value: ColumnElement[int], position: ColumnElement[int]
) -> ColumnElement[int]:
    """The value; when the row at every ten thousandth position (from 1) is written,
    the worker hears of it while the statement goes on."""
    return case(
        (
            position.op("%")(ANNOUNCE_EVERY) == 0,
            func.rollcall_announce_progress(value, ANNOUNCE_EVERY),
        ),
        else_=value,
    )
