"""A statement's rows as CSV, straight from the database: any number in the same
memory."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal
from sqlalchemy.orm import Session

BLOCK = 64 * 1024
"""Bytes sent at once; the database sends row by row."""

BYTE_ORDER_MARK = "\ufeff".encode()
"""Tells spreadsheets that a file is UTF-8."""

_FORMULA_STARTS = "=+-@\t\r"


def csv_blocks(session: Session, statement: Select[Any]) -> Iterator[bytes]:
    """The rows under a line of their names, all as of one moment. The transaction
    has to stay open until the last block is taken."""
    compiled = statement.compile(
        dialect=session.get_bind().dialect, compile_kwargs={"render_postcompile": True}
    )
    copy_out = f"COPY ({compiled}) TO STDOUT (FORMAT csv, HEADER)".encode()
    connection: Any = session.connection().connection.driver_connection
    block = bytearray(BYTE_ORDER_MARK)
    with connection.cursor() as cursor, cursor.copy(copy_out, compiled.params) as copy:
        for row in copy:
            block += row
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
    yield bytes(block)


def harmless(text: ColumnElement[str]) -> ColumnElement[str]:
    """The text with a quote before it where a spreadsheet would run it as a formula."""
    starts = literal(_FORMULA_STARTS)
    first = func.left(text, 1)
    is_formula = (text != "") & (func.strpos(starts, first) > 0)
    return case((is_formula, literal("'").concat(text)), else_=text)
