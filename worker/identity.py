"""Who this worker is: made in the main process, known to all its children."""

import os
import socket
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from core.operations.report_worker import WorkerFacts

_known: list[WorkerFacts] = []


def introduce(sender: Any, **_signal: object) -> None:  # noqa: ANN401  Celery's worker
    """Before the children are forked, so that they all speak of the same start."""
    _known[:] = [
        WorkerFacts(
            id=uuid4(),
            host=socket.gethostname(),
            pid=os.getpid(),
            version=version("rollcall"),
            queues=tuple(sender.app.amqp.queues.consume_from),
            slots=sender.concurrency,
        )
    ]


def who_we_are() -> WorkerFacts | None:
    """None in a process that is no worker: beat, or a test."""
    return _known[0] if _known else None
