"""The refused lines of a job as a CSV file, of any length in the same memory."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from flask import Response
from sqlalchemy import Engine

from core.database import transaction
from core.jobs.models import Job
from core.jobs.queries import first_errors

COLUMNS = ("position", "subject", "code", "detail")
ROWS_AT_ONCE = 1000

# A spreadsheet would run a text that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def errors_as_csv(engine: Engine, job: Job) -> Response:
    response = Response(_lines(engine, job), mimetype="text/csv")
    name = f"refused-lines-{job.public_id}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _lines(engine: Engine, job: Job) -> Iterator[str]:
    yield _written([COLUMNS])
    after_id = 0
    while True:
        # Page by page: no transaction stays open while a slow reader reads.
        with transaction(engine) as session:
            errors = first_errors(session, job, after_id=after_id, limit=ROWS_AT_ONCE)
        if not errors:
            return
        after_id = errors[-1].id
        yield _written(
            (error.position, _safe(error.subject), error.code, _safe(error.detail))
            for error in errors
        )


def _written(rows: Iterable[tuple[object, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
