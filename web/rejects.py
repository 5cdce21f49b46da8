"""The rejected rows of a file as a CSV file that can be corrected and imported."""

import csv
from collections.abc import Iterator
from io import StringIO

from flask import Response
from sqlalchemy import Engine

from core.contacts.imports.queries import first_rejects
from core.contacts.models import ContactImport
from core.database import transaction

ROWS_AT_ONCE = 1000
REASONS = "Why it was not taken"


def rejects_as_csv(engine: Engine, of: ContactImport) -> Response:
    response = Response(_lines(engine, of), mimetype="text/csv")
    name = f"rejected-rows-{of.public_id}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _lines(engine: Engine, of: ContactImport) -> Iterator[str]:
    # The mark at the start tells spreadsheets that this is UTF-8.
    yield "\ufeff" + _written(of, [[*of.header, REASONS]])
    after_line = 0
    while True:
        # Page by page: no transaction stays open while a slow reader reads.
        with transaction(engine) as session:
            rejects = first_rejects(
                session, of.id, after_line=after_line, limit=ROWS_AT_ONCE
            )
        if not rejects:
            return
        after_line = rejects[-1].line_no
        yield _written(
            of,
            [
                [*reject.cells, " ".join(p["detail"] for p in reject.problems)]
                for reject in rejects
            ],
        )


def _written(of: ContactImport, rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text, delimiter=of.delimiter).writerows(rows)
    return text.getvalue()
