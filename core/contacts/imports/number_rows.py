"""Numbers for the new contacts that bring none, drawn in blocks."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import ARRAY, BigInteger, String, bindparam, select, text
from sqlalchemy.orm import Session

from core.contacts.imports.staging_tables import analyze, matches, numbers, rows
from core.numbering.draw_number import draw_numbers

_AT_ONCE = 10_000

_INDEX_NUMBERS_OF_FILE = text("""
    CREATE INDEX ON pg_temp.contact_import_row (no) WHERE no IS NOT NULL
""")

_KEEP = text("""
    INSERT INTO pg_temp.contact_import_number
    SELECT unnest(:lines), unnest(:numbers), :series
""").bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("numbers", type_=ARRAY(String)),
    bindparam("series", type_=String),
)

_TAKEN = text("""
    SELECT no FROM contact WHERE no = ANY(:numbers)
    UNION
    SELECT no FROM merged_contact WHERE no = ANY(:numbers)
    UNION
    SELECT no FROM pg_temp.contact_import_row WHERE no = ANY(:numbers)
""").bindparams(bindparam("numbers", type_=ARRAY(String)))


def number_rows(session: Session, on: date, check: Callable[[], None]) -> None:
    """Companies get theirs before people, each in the order of the file."""
    session.execute(_INDEX_NUMBERS_OF_FILE)
    without = (
        select(matches.c.line_no)
        .join(rows, rows.c.line_no == matches.c.line_no)
        .where(matches.c.outcome == "new", rows.c.no.is_(None))
        .order_by(matches.c.type, matches.c.line_no)
        .execution_options(yield_per=_AT_ONCE)
    )
    with session.execute(without) as result:
        for lines in result.scalars().partitions():
            check()
            _number(session, list(lines), on)
    analyze(session, numbers)


def _number(session: Session, lines: list[int], on: date) -> None:
    while lines:
        block, series = draw_numbers(session, "contact_nos", on, len(lines))
        taken = _taken(session, block)
        free = [no for no in block if no not in taken]
        now, lines = lines[: len(free)], lines[len(free) :]
        session.execute(_KEEP, {"lines": now, "numbers": free, "series": series})


def _taken(session: Session, block: list[str]) -> set[str]:
    """Numbers a contact has, or another row of the file brings."""
    return set(session.scalars(_TAKEN, {"numbers": block}))
