import re

import pytest
from sqlalchemy import select, text

from core import kinds
from core.database import transaction
from core.jobs.models import Job
from core.jobs.runner import run_job
from tests.support import tally


@pytest.fixture
def finish(committing_engine):
    """Do what a worker would do with the promised check."""

    def finish():
        with transaction(committing_engine) as session:
            job = session.scalars(select(Job.public_id)).one()
        run_job(committing_engine, kinds.KINDS, tally.terms(), job)
        return job

    return finish


@pytest.fixture
def broken(committing_engine):
    with transaction(committing_engine) as session:
        session.execute(text("INSERT INTO segment_line VALUES (1, 10000, 1, 1)"))


def test_before_the_first_check_the_page_says_what_it_is_for(client):
    assert "Never checked yet" in client.get("/checks").text


def test_the_button_promises_a_job_and_rings(client, nudge):
    page = client.post("/checks", follow_redirects=True).text

    assert len(nudge.rung) == 1
    assert "Waiting for a free worker" in page


def test_a_second_press_leads_to_the_check_that_goes_on(client, nudge):
    client.post("/checks")
    page = client.post("/checks", follow_redirects=True).text

    assert len(nudge.rung) == 1
    assert "is not finished yet" in page


def test_the_page_asks_again_until_the_report_is_there(client, finish):
    page = client.post("/checks", follow_redirects=True).text
    asks = re.search(r'hx-get="(/checks/[^"]+)"', page)[1]

    unchanged = client.get(asks)
    finish()
    report = client.get(asks)

    assert unchanged.status_code == 304
    assert "rules hold" in report.text
    assert "hx-trigger" not in report.text


def test_broken_rows_are_named(client, broken, finish):
    client.post("/checks")
    job = finish()

    for address in ("/checks", f"/checks/{job}"):
        page = client.get(address).text
        assert "Not sound" in page
        assert "2 of" in page
        assert "segment with id 1, line 10000" in page


def test_the_page_of_the_job_leads_to_the_report(client, finish):
    client.post("/checks")
    job = finish()

    assert f'href="/checks/{job}"' in client.get(f"/jobs/{job}").text


@pytest.mark.parametrize("role", ["viewer", "marketer", "operator"])
def test_only_administrators_check(client_as, role):
    other = client_as(role)

    assert other.get("/checks").status_code == 403
    refused = other.post("/api/v1/checks")
    assert "needs the role administrator" in refused.json["detail"]


def test_programs_check_too(client, broken, finish):
    promised = client.post("/api/v1/checks")
    address = promised.json["id"]
    before = client.get(f"/api/v1/checks/{address}").json
    finish()
    after = client.get(f"/api/v1/checks/{address}").json

    assert promised.status_code == 202
    assert (before["sound"], before["rules"]) == (None, None)
    assert after["sound"] is False
    assert {rule["name"]: rule["broken"] for rule in after["rules"]}[
        "segment-line-contact"
    ] == 1


def test_another_job_is_no_check(client, committing_engine):
    job = "01890a5d-ac96-774b-bcce-b302099a8057"

    assert client.get(f"/checks/{job}").status_code == 404
    assert client.get(f"/api/v1/checks/{job}").status_code == 404
