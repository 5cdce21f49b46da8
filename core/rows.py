"""How many rows a bulk statement wrote."""

from typing import cast

from sqlalchemy import CursorResult, Delete, Insert, Update
from sqlalchemy.orm import Session


def rows_written(session: Session, statement: Insert | Update | Delete) -> int:
    """Execute the statement and return the number of rows it wrote.

    Objects that the session has loaded are not brought up to date: bulk statements
    run on rows nobody holds.
    """
    result = session.execute(
        statement,
        execution_options={"preserve_rowcount": True, "synchronize_session": False},
    )
    return cast("CursorResult[tuple[()]]", result).rowcount
