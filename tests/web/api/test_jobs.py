import csv
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text, update

from core import kinds
from core.access.actor import Actor
from core.access.models import User
from core.database import transaction
from core.jobs.models import Job, JobError
from core.jobs.request import request_job
from core.jobs.runner import run_job
from tests import factories
from tests.support import tally


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", tally.KINDS)


@pytest.fixture
def submit(committing_engine):
    """A queued job of somebody, with anything else about it."""

    def submit(asker: Actor | None = None, **values) -> UUID:
        with transaction(committing_engine) as session:
            job = request_job(
                session,
                asker or factories.actor(),
                kind="nothing",
                title="Count",
                subject=None,
                arguments={},
                planned=1000,
            )
            session.execute(
                update(Job)
                .where(Job.id == job.id)
                .values(values or {"kind": "nothing"})
            )
            return job.public_id

    return submit


RUNNING = {
    "state": "running",
    "attempt": 1,
    "done": 250,
    "claimed_at": func.now() - text("interval '10 seconds'"),
    "progress_at": func.now(),
    "lease_until": func.now() + text("interval '10 seconds'"),
}
SUCCEEDED = {"state": "succeeded", "finished_at": func.now(), "done": 1000}


def test_a_job_tells_how_far_it_is_and_when_it_will_be_done(client, submit):
    answer = client.get(f"/api/v1/jobs/{submit(**RUNNING)}")

    shown = answer.json
    assert (shown["state"], shown["percent"], shown["rate"]) == ("running", 25, 25.0)
    assert shown["eta_seconds"] == 30
    assert answer.headers["Retry-After"] == "1"
    assert shown["can"] == {"cancel": True, "retry": False}


def test_a_job_that_did_not_change_is_not_sent_again(client, submit):
    address = f"/api/v1/jobs/{submit(**RUNNING)}"
    tag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Retry-After"] == "1"


def test_a_finished_job_leads_to_what_it_made(client, submit):
    job = submit(**SUCCEEDED, result={"logged_segment_entry_no": 7, "logged": 1000})

    answer = client.get(f"/api/v1/jobs/{job}")

    assert "Retry-After" not in answer.headers
    assert answer.json["links"]["logged_segment"] == "/api/v1/logged-segments/7"
    assert (answer.json["percent"], answer.json["can"]) == (
        *(100, {"cancel": False, "retry": False}),
    )


@pytest.mark.parametrize("wrong_id", [uuid4(), "7", "%20", "x" * 300])
def test_an_unknown_id_is_not_found(client, wrong_id):
    answer = client.get(f"/api/v1/jobs/{wrong_id}")

    assert (answer.status_code, answer.json["code"]) == (404, "E-NOT-FOUND")


def test_jobs_are_listed_newest_first_and_filtered(client, submit):
    old, new = submit(**SUCCEEDED), submit()
    submit(**RUNNING)

    everything = client.get("/api/v1/jobs").json["items"]
    some = client.get("/api/v1/jobs?state=succeeded&state=queued").json["items"]
    bars = client.get(f"/api/v1/jobs?id={old}&id={new}").json["items"]
    named = client.get("/api/v1/jobs?title__contains=COUN").json["items"]
    unnamed = client.get("/api/v1/jobs?title__contains=weigh").json["items"]

    assert len(everything) == len(named) == 3
    assert unnamed == []
    assert (
        [item["id"] for item in some]
        == [str(new), str(old)]
        == [item["id"] for item in bars]
    )
    assert client.get("/api/v1/jobs?state=tired").status_code == 400


def test_pages_of_jobs_follow_each_other(client, submit):
    ids = [str(submit()) for _ in range(3)]

    first = client.get("/api/v1/jobs?limit=2").json
    second = client.get(f"/api/v1/jobs?limit=2&cursor={first['next']}").json

    shown = [item["id"] for item in first["items"] + second["items"]]
    assert shown == ids[::-1]
    assert second["next"] is None


def test_cancelling_a_queued_job_ends_it(client, submit):
    job = submit()

    answer = client.post(f"/api/v1/jobs/{job}/cancel")

    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    events = client.get(f"/api/v1/jobs/{job}/events").json["items"]
    assert [event["event"] for event in events] == ["submitted", "cancelled"]


def test_cancelling_a_running_job_asks_its_worker(client, submit):
    answer = client.post(f"/api/v1/jobs/{submit(**RUNNING)}/cancel")

    assert (answer.json["state"], answer.json["cancel_requested"]) == ("running", True)
    assert answer.json["can"] == {"cancel": False, "retry": False}


def test_a_finished_job_cannot_be_cancelled(client, submit):
    answer = client.post(f"/api/v1/jobs/{submit(**SUCCEEDED)}/cancel")

    assert (answer.status_code, answer.json["code"]) == (409, "E-JOB-FINISHED")


def actor_of(engine, role: str) -> Actor:
    with transaction(engine) as session:
        user = session.scalars(select(User).where(User.username == role)).one()
    return Actor(user.id, role, role, "", factories.WORK_DATE)


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [("viewer", 403, 403), ("marketer", 200, 403), ("operator", 200, 200)],
)
def test_who_may_cancel(client_as, committing_engine, submit, role, own, others):
    client = client_as(role)
    mine = submit(actor_of(committing_engine, role))
    theirs = submit(Actor(999, "somebody", "marketer", "", factories.WORK_DATE))

    assert client.post(f"/api/v1/jobs/{mine}/cancel").status_code == own
    assert client.post(f"/api/v1/jobs/{theirs}/cancel").status_code == others


FAILED = {
    "state": "failed",
    "finished_at": func.now(),
    "kind": "tally",
    "arguments": {"rows": 7},
    "problem": {"code": "E-X", "detail": "No.", "errors": [], "links": {}},
}


def test_a_failed_job_is_started_again_as_another_one(client, nudge, submit):
    failed = submit(**FAILED)

    answer = client.post(f"/api/v1/jobs/{failed}/retry")

    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    assert answer.json["id"] != str(failed)
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
    assert [str(rung) for rung in nudge.rung] == [answer.json["id"]]
    assert client.get(f"/api/v1/jobs/{failed}").json["state"] == "failed"


def test_a_repeated_request_to_start_again_is_answered_alike(client, submit):
    address = f"/api/v1/jobs/{submit(**FAILED)}/retry"
    key = {"Idempotency-Key": "once"}

    first, second = (client.post(address, headers=key) for _ in range(2))

    assert first.json["id"] == second.json["id"]
    assert len(client.get("/api/v1/jobs").json["items"]) == 2


@pytest.mark.parametrize("shown", [{}, RUNNING, SUCCEEDED])
def test_only_what_came_to_nothing_is_started_again(client, submit, shown):
    answer = client.post(f"/api/v1/jobs/{submit(**shown)}/retry")

    assert (answer.status_code, answer.json["code"]) == (409, "E-JOB-STATE")


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [("viewer", 403, 403), ("marketer", 202, 403), ("operator", 202, 202)],
)
def test_who_may_start_again(client_as, committing_engine, submit, role, own, others):
    client = client_as(role)
    mine = submit(actor_of(committing_engine, role), **FAILED)
    somebody = Actor(999, "somebody", "marketer", "", factories.WORK_DATE)
    theirs = submit(somebody, **FAILED)

    assert client.post(f"/api/v1/jobs/{mine}/retry").status_code == own
    answer = client.post(f"/api/v1/jobs/{theirs}/retry")
    assert answer.status_code == others
    if others == 202:
        assert answer.json["requested_by"] == "somebody"
    else:
        assert "operator or administrator" in answer.json["detail"]


def test_attempts_are_listed_with_their_ends(client, committing_engine):
    tally.make_tables(committing_engine)
    job = tally.submit(committing_engine)
    run_job(committing_engine, tally.KINDS, tally.terms(), job)

    (attempt,) = client.get(f"/api/v1/jobs/{job}/attempts").json["items"]

    assert (attempt["attempt"], attempt["worker"]) == (1, "tester")
    assert attempt["end"] == "succeeded"
    assert [phase["phase"] for phase in attempt["phases"]] == ["Writing rows"]
    assert attempt["phases"][0]["ended_at"] == attempt["ended_at"]


@pytest.fixture
def failed(committing_engine, submit):
    job = submit(
        state="failed",
        finished_at=func.now(),
        error_count=2500,
        problem={"code": "E-X", "detail": "No.", "errors": [], "links": {}},
    )
    with transaction(committing_engine) as session:
        job_id = session.scalars(select(Job.id).where(Job.public_id == job)).one()
        session.execute(
            insert(JobError),
            [
                {
                    "job_id": job_id,
                    "position": n * 10000,
                    "subject": "=C1" if n == 1 else f"C{n}",
                    "code": "E-X",
                    "detail": "No.",
                }
                for n in range(1, 2501)
            ],
        )
    return job


def test_refused_lines_come_in_pages(client, failed):
    page = client.get(f"/api/v1/jobs/{failed}/errors?limit=2").json

    assert [item["position"] for item in page["items"]] == [10000, 20000]
    assert page["next"]


@pytest.mark.parametrize(
    ("query", "accept"), [("?format=csv", "*/*"), ("", "text/csv")]
)
def test_refused_lines_come_as_one_file(client, failed, query, accept):
    answer = client.get(
        f"/api/v1/jobs/{failed}/errors{query}", headers={"Accept": accept}
    )

    rows = list(csv.reader(answer.text.splitlines()))
    assert answer.mimetype == "text/csv"
    assert len(rows) == 2501
    assert rows[1] == ["10000", "'=C1", "E-X", "No."]
