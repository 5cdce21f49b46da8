"""The file into the staging table, as a stream: memory does not grow with it."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from core.contacts.imports.columns import Mapping
from core.contacts.imports.csv_file import records
from core.contacts.imports.staged_row import COLUMNS, staging
from core.contacts.imports.staging_tables import analyze, rows

_COPY = sql.SQL("COPY pg_temp.{} ({}) FROM STDIN").format(
    sql.Identifier(rows.name),
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
)
_ROWS_PER_REPORT = 2_000


def stage_file(
    session: Session,
    path: Path,
    encoding: str,
    delimiter: str,
    mapping: Mapping,
    report: Callable[[int], None],
) -> int:
    """Copy every record; `report` hears how many lines were read and may raise."""
    staged = staging(mapping)
    file_records = records(path, encoding, delimiter)
    next(file_records, None)  # the header
    count = 0
    with _driver(session).cursor() as cursor, cursor.copy(_COPY) as copy:
        while chunk := list(islice(file_records, _ROWS_PER_REPORT)):
            for record in chunk:
                copy.write_row(staged(record))
            count += len(chunk)
            report(chunk[-1].line_no)
    analyze(session, rows)
    return count


def _driver(session: Session) -> psycopg.Connection:
    return cast("psycopg.Connection", session.connection().connection.driver_connection)
