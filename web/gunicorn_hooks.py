"""What gunicorn does around our application: --config python:web.gunicorn_hooks."""

from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from core import diagnostics
from core.settings import settings_from_environment


def on_starting(server: Any) -> None:  # noqa: ANN401  gunicorn has no types
    """In the main process, before the others are forked."""
    settings = settings_from_environment()
    for handler in server.log.error_log.handlers:
        handler.setFormatter(diagnostics.formatter(settings.log_format))
    if settings.prometheus_multiproc_dir:
        _empty(Path(settings.prometheus_multiproc_dir))


def child_exit(_server: Any, worker: Any) -> None:  # noqa: ANN401
    if settings_from_environment().prometheus_multiproc_dir:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _empty(folder: Path) -> None:
    """Counts of an earlier start would never fall and never be true again."""
    folder.mkdir(parents=True, exist_ok=True)
    for counts in folder.glob("*.db"):
        counts.unlink()
