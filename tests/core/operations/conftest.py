from uuid import uuid4

import pytest
from sqlalchemy import func, text

from core.jobs.request import request_job
from core.operations.models import WorkerProcess
from tests import factories


def ago(seconds):
    return func.now() - text(f"interval '{seconds} seconds'")


@pytest.fixture
def worker(session):
    """A worker that was last heard of so many seconds ago."""

    def worker(silent=0, **values):
        values = {"host": "alpha", "pid": 7, "slots": 2, **values}
        process = WorkerProcess(
            id=uuid4(), version="1", queues=["jobs"], last_seen_at=ago(silent), **values
        )
        session.add(process)
        session.flush()
        return process

    return worker


@pytest.fixture
def submit(session):
    def submit(title="Log SM1", kind="log_segment", **values):
        job = request_job(
            session,
            factories.actor(),
            kind=kind,
            title=title,
            subject=None,
            arguments={},
        )
        for name, value in values.items():
            setattr(job, name, value)
        session.flush()
        return job

    return submit


@pytest.fixture
def run_on(submit):
    """A job that the worker runs now."""

    def run_on(worker, title="Log SM2", **values):
        return submit(
            title,
            state="running",
            attempt=1,
            started_at=func.now(),
            worker_process_id=worker.id if worker else None,
            **{"lease_until": ago(-60), **values},
        )

    return run_on
