"""What processes tell about themselves: one line per fact, as text or as JSON.

Web, worker, beat and the commands all set their diagnostics up here. A line that is
written while a job is worked on names the job, whoever writes it: a driver, a library,
or a thread that was started for it.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any
from uuid import UUID

from pythonjsonlogger.json import JsonFormatter


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


CHATTERERS = (
    "alembic.runtime.migration",  # whenever somebody asks for the schema's number
    "celery.app.trace",  # every ring and every sweep; the runner tells what came of it
    "celery.beat",  # every beat; its pulse is noted in the database
    "celery.worker.strategy",
)
"""Told at every turn and of no use; only their warnings are."""

_job: ContextVar[str] = ContextVar("job", default="")

# In messages such as "ended job=… attempt=1 as=succeeded".
_FACT = re.compile(r"\b([a-z][a-z_]*)=(\S+)")


@contextmanager
def about_job(public_id: UUID) -> Iterator[None]:
    """Every line written inside names the job. A thread needs the caller's context."""
    before = _job.set(str(public_id))
    try:
        yield
    finally:
        _job.reset(before)


def set_up(log_format: str, level: int = logging.INFO) -> None:
    """Write to standard error, and nowhere else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(log_format))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTERERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def formatter(log_format: str) -> logging.Formatter:
    return _AsJson() if log_format == LogFormat.JSON else _AsText()


class _AsText(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name it has
        line = super().formatMessage(record)
        job = _job.get()
        return f"{line} job={job}" if job and job not in line else line


class _AsJson(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "process", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The facts of the message become fields of their own."""
        facts: dict[str, Any] = dict(_FACT.findall(str(log_data.get("message", ""))))
        if job := _job.get():
            facts.setdefault("job", job)
        return super().process_log_record(facts | log_data)
