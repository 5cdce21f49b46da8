from uuid import uuid4

import pytest
from sqlalchemy import func, text

from core.database import transaction
from core.jobs.request import request_job
from core.operations.models import WorkerProcess
from core.operations.pulse import Beating, record_pulse
from tests import factories


@pytest.fixture
def operator(client_as):
    return client_as("operator")


@pytest.fixture
def worker(committing_engine):
    """The id of a worker that lives and runs one job of two."""
    process = WorkerProcess(
        id=uuid4(),
        host="alpha",
        pid=7,
        version="1.2",
        queues=["jobs"],
        slots=2,
        memory_bytes=123_456_789,
    )
    with transaction(committing_engine) as session:
        session.add(process)
        record_pulse(session, Beating.BEAT)
        record_pulse(session, Beating.SWEEP)
    return process.id


@pytest.fixture
def job(committing_engine, worker):
    """A job that the worker runs."""
    with transaction(committing_engine) as session:
        found = _requested(session, "Log segment SM1")
        found.state, found.attempt, found.started_at = "running", 1, func.now()
        found.lease_until = func.now() + text("interval '1 minute'")
        found.worker_process_id = worker
        found.planned, found.done = 100, 41
    return found


@pytest.fixture
def waiting(committing_engine):
    with transaction(committing_engine) as session:
        return _requested(session, "Log segment SM2")


def _requested(session, title):
    return request_job(
        session,
        factories.actor(),
        kind="log_segment",
        title=title,
        subject=None,
        arguments={},
    )
