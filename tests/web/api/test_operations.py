from uuid import uuid4

import pytest
from sqlalchemy import select, text

from core.access.models import AuditEvent
from core.database import transaction
from core.operations.models import WorkerProcess
from tests.support import tally

API = "/api/v1"


@pytest.fixture
def operator(client_as):
    return client_as("operator")


@pytest.fixture
def worker(committing_engine):
    process = WorkerProcess(
        id=uuid4(), host="alpha", pid=7, version="1", queues=["jobs"], slots=2
    )
    with transaction(committing_engine) as session:
        session.add(process)
    return f"{API}/workers/{process.id}"


def test_workers_are_listed(operator, worker):
    listed = operator.get(f"{API}/workers").json

    assert listed["next"] is None
    (shown,) = listed["items"]
    assert (shown["host"], shown["state"], shown["slots"]) == ("alpha", "idle", 2)
    assert operator.get(worker).json == shown


def test_a_worker_is_drained_and_called_back(operator, committing_engine, worker):
    drained = operator.post(f"{worker}/drain").json
    called_back = operator.post(f"{worker}/call-back").json

    assert (drained["state"], drained["drain_requested_by"]) == ("drained", "operator")
    assert (called_back["state"], called_back["drain_requested"]) == ("idle", False)
    with transaction(committing_engine) as session:
        deeds = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
        assert list(deeds) == ["worker.drain", "worker.call_back"]


def test_a_repeated_drain_is_answered_alike(operator, worker):
    key = {"Idempotency-Key": "once"}

    first = operator.post(f"{worker}/drain", headers=key)
    operator.post(f"{worker}/call-back")
    again = operator.post(f"{worker}/drain", headers=key)

    assert again.json == first.json
    assert operator.get(worker).json["drain_requested"] is False


def test_draining_a_stopped_worker_is_a_conflict(operator, committing_engine, worker):
    with transaction(committing_engine) as session:
        session.execute(text("UPDATE worker_process SET stopped_at = now()"))

    answer = operator.post(f"{worker}/drain")

    assert (answer.status_code, answer.json["code"]) == (409, "E-WORKER-STOPPED")


def test_queues_tell_what_waits(operator, committing_engine):
    tally.submit(committing_engine)

    queue, _sending = operator.get(f"{API}/queues").json["items"]

    assert (queue["name"], queue["waiting"], queue["paused"]) == ("jobs", 1, False)
    assert queue["kinds"] == [
        {"kind": "tally", "waiting": 1, "running": 0, "most_at_once": None}
    ]
    assert len(queue["ended_per_minute"]) == 60
    assert operator.get(f"{API}/queues/jobs").json["name"] == "jobs"


def test_a_queue_is_paused_and_resumed(operator):
    paused = operator.post(f"{API}/queues/jobs/pause").json
    resumed = operator.post(f"{API}/queues/jobs/resume").json

    assert (paused["paused"], paused["paused_by"]) == (True, "operator")
    assert (resumed["paused"], resumed["paused_at"]) == (False, None)


def test_health_names_the_reasons(operator, committing_engine):
    tally.submit(committing_engine)

    health = operator.get(f"{API}/health").json

    assert health["reasons"][0]["code"] == "no_worker"
    assert health["reasons"][0]["severity"] == "stopped"
    assert (health["jobs_waiting"], health["broker_answers"]) == (1, True)
    assert health["schema_found"] == health["schema_wanted"]


@pytest.mark.parametrize(
    "address",
    [
        f"{API}/workers/01890a5d-ac96-774b-bcce-b302099a8057",
        f"{API}/workers/7",
        f"{API}/queues/mail",
    ],
)
def test_what_is_not_there_is_not_found(operator, address):
    assert operator.get(address).status_code == 404


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/workers"),
        ("get", "/queues"),
        ("get", "/health"),
        ("post", "/queues/jobs/pause"),
    ],
)
def test_a_marketer_is_told_which_role_is_missing(client_as, method, address):
    answer = getattr(client_as("marketer"), method)(API + address)

    assert answer.status_code == 403
    assert "needs the role operator or administrator" in answer.json["detail"]
