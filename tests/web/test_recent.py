import time

import pytest
from sqlalchemy import func, update

from core.access.models import User
from core.database import transaction
from core.jobs.models import Job
from core.jobs.request import request_job
from tests import factories
from tests.support.queries import counted_queries
from web.recent import Recent

UNSEEN = "?seen=nothing"


def test_an_answer_is_worked_out_once_while_it_is_young():
    recent = Recent(60)

    first = recent.answer("jobs", lambda: ["first"])

    assert recent.answer("jobs", lambda: ["second"]) is first
    assert recent.answer("others", lambda: ["second"]) == ["second"]


def test_an_old_answer_is_worked_out_anew():
    recent = Recent(0.01)
    recent.answer("jobs", lambda: ["first"])

    time.sleep(0.02)

    assert recent.answer("jobs", lambda: ["second"]) == ["second"]


def test_zero_seconds_remember_nothing():
    recent = Recent(0)
    recent.answer("jobs", lambda: ["first"])

    assert recent.answer("jobs", lambda: ["second"]) == ["second"]


@pytest.fixture
def remembering(app):
    """The application as it is served, with a memory that outlasts the test."""
    made = app.extensions["rollcall"]
    app.extensions["rollcall"] = made._replace(recent=Recent(60))
    return app


@pytest.fixture
def submit(committing_engine):
    def submit(**values):
        with transaction(committing_engine) as session:
            job = request_job(
                session,
                factories.actor(),
                kind="nothing",
                title="Log segment",
                subject=None,
                arguments={},
            )
            for name, value in values.items():
                setattr(job, name, value)
        return f"/jobs/{job.public_id}"

    return submit


@pytest.mark.parametrize("address", ["/home/jobs", "/jobs/live?tab=queued"])
def test_all_tabs_share_one_look(
    remembering, client_as, submit, committing_engine, address
):
    submit()
    one, other = client_as("viewer"), client_as("operator")
    first = one.get(address)
    other.get("/jobs/live")  # Who that is, is known now.

    with counted_queries(committing_engine) as statements:
        second = other.get(address)

    assert second.data == first.data
    assert statements == []


def test_a_look_at_one_open_job_serves_the_others(
    remembering, client, submit, committing_engine
):
    one, other = submit(), submit()
    client.get(f"{one}/live{UNSEEN}")
    version = client.get(f"{other}/live{UNSEEN}").headers["ETag"]

    with counted_queries(committing_engine) as statements:
        answer = client.get(f"{other}/live", headers={"If-None-Match": version})

    assert answer.status_code == 304
    assert statements == []


def test_nobody_is_shown_what_only_others_may_see(remembering, client_as, submit):
    waiting = submit()
    failed = submit(state="failed", finished_at=func.now(), diagnostics="Traceback")
    operator, viewer = client_as("operator"), client_as("viewer")
    for_operators = [operator.get(f"{job}/live{UNSEEN}") for job in (waiting, failed)]

    for_viewers = [viewer.get(f"{job}/live{UNSEEN}") for job in (waiting, failed)]

    assert "Cancel…" in for_operators[0].text
    assert "Traceback" in for_operators[1].text
    assert "Cancel…" not in for_viewers[0].text
    assert "Traceback" not in for_viewers[1].text


def test_a_page_that_is_opened_is_always_new(
    remembering, client, submit, committing_engine
):
    address = submit()
    client.get(f"{address}/live{UNSEEN}")

    with transaction(committing_engine) as session:
        session.execute(update(Job).values(title="Renamed"))

    assert "Renamed" in client.get(address).text


def test_who_is_shut_out_opens_no_page_from_memory(
    remembering, client, committing_engine
):
    client.get("/jobs/live")

    with transaction(committing_engine) as session:
        session.execute(update(User).values(active=False))

    assert client.get("/jobs").status_code == 303
