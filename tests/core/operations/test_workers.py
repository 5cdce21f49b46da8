from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.access.models import AuditEvent
from core.errors import ConflictError, NotFoundError
from core.operations.drain_worker import call_back_worker, drain_worker
from core.operations.models import WorkerProcess
from core.operations.report_worker import (
    WorkerFacts,
    forget_old_starts,
    record_stop,
    report_worker,
)
from core.operations.workers import WorkerState, workers
from tests import factories
from tests.core.operations.conftest import ago

FACTS = WorkerFacts(uuid4(), "alpha", 7, "1.2", ("jobs", "housekeeping"), 3)


def report(session, **said):
    said = {"memory_bytes": 100, "is_draining": False, **said}
    return report_worker(session, FACTS, **said)


def deeds(session):
    return session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()


def test_the_first_report_introduces_the_worker(session):
    assert report(session) is False

    (found,) = workers(session)
    assert (found.name, found.process.slots, found.process.version) == (
        *("alpha:7", 3, "1.2"),
    )
    assert found.state == WorkerState.IDLE


def test_a_later_report_renews_what_changes(session):
    report(session)
    report(session, memory_bytes=200)

    (found,) = workers(session)
    assert found.process.memory_bytes == 200


def test_a_worker_hears_of_its_draining_with_its_next_report(session):
    report(session)
    drain_worker(session, factories.actor(), FACTS.id)
    session.flush()

    assert report(session) is True

    call_back_worker(session, factories.actor(), FACTS.id)
    session.flush()
    assert report(session) is False
    assert deeds(session) == ["worker.drain", "worker.call_back"]


def test_draining_twice_is_one_deed(session, worker):
    process = worker()
    for _ in range(2):
        drain_worker(session, factories.actor(), process.id)
        session.flush()

    assert deeds(session) == ["worker.drain"]


def test_a_stopped_worker_cannot_be_drained(session, worker):
    process = worker(stopped_at=func.now())

    with pytest.raises(ConflictError, match="alpha:7 has stopped"):
        drain_worker(session, factories.actor(), process.id)


def test_an_unknown_worker_cannot_be_drained(session):
    with pytest.raises(NotFoundError):
        drain_worker(session, factories.actor(), uuid4())


@pytest.mark.parametrize(
    ("silent", "state"), [(3, "idle"), (16, "silent"), (61, "lost")]
)
def test_silence_has_words(session, worker, silent, state):
    worker(silent)

    (found,) = workers(session)
    assert found.state == state


def test_a_worker_shows_what_it_runs(session, worker, run_on):
    job = run_on(worker())

    (found,) = workers(session)

    assert (found.state, found.free_slots) == (WorkerState.WORKING, 1)
    assert found.jobs == [job]


def test_a_drained_worker_has_no_free_slot(session, worker, run_on):
    process = worker(drain_requested_at=func.now())
    run_on(process)
    worker(pid=8, drain_requested_at=func.now())

    found = {each.process.pid: each for each in workers(session)}

    assert {pid: each.state for pid, each in found.items()} == {
        7: WorkerState.DRAINING,
        8: WorkerState.DRAINED,
    }
    assert all(each.free_slots == 0 for each in found.values())


def test_a_stopped_worker_stays_on_the_page_for_minutes(session, worker):
    worker(stopped_at=ago(60))
    worker(pid=8, stopped_at=ago(3600))

    (found,) = workers(session)
    assert (found.process.pid, found.state) == (7, WorkerState.STOPPED)


def test_a_stop_is_recorded_and_yesterday_forgotten(session, worker):
    report(session)
    worker(silent=2 * 86400, pid=9)

    record_stop(session, FACTS.id)
    forget_old_starts(session)

    (left,) = session.scalars(select(WorkerProcess)).all()
    assert left.stopped_at is not None
