import re

import pytest
from sqlalchemy import func, select

from core.contacts.models import Contact
from core.jobs.models import Job
from core.numbering.models import NumberSeriesLine
from core.segments.models import Segment
from tests.support.pages import hidden
from web.segments import log


@pytest.fixture
def job_of_segment(work):
    def found():
        with work() as session:
            return session.scalar(select(Job))

    return found


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_preflight_says_what_will_be_logged_for_which_cost(
    client, segment, personalise
):
    personalise(20000, correspondence_type=1)

    page = text_of(client.get("/segments/SM1/log").text)

    assert "Interactions 3 Cost 24.00 Minutes 0" in page
    assert "as hard copy 1" in page
    assert "without a correspondence type 2" in page
    assert "Log 3 interactions" in page


def test_refused_lines_are_told_by_reason_and_lead_to_the_line(
    client, segment, personalise, work
):
    personalise(10000, date=None)
    personalise(20000, salesperson_code="")

    page = client.get("/segments/SM1/log").text

    assert "2 lines are refused" in text_of(page)
    assert "1 line without a date" in text_of(page)
    assert "1 line without a salesperson" in text_of(page)
    assert 'href="/segments/SM1/lines/10000"' in page
    assert "Nothing would be logged: 2 lines are refused." in text_of(page)


def test_header_faults_lead_to_where_they_are_mended(client, masters):
    client.post("/segments/new", data={"no": "SM1"})

    page = client.get("/segments/SM1/log").text

    assert 'href="/segments/SM1/header#description"' in page
    assert 'href="/segments/SM1/add"' in page
    assert re.search(r"<button[^>]* disabled>Log</button>", page)


def test_an_exhausted_series_is_told_before_a_follow_up_is_wanted(
    client, segment, work
):
    with work() as session:
        line = session.scalars(
            select(NumberSeriesLine).filter_by(series_code="SEGM")
        ).one()
        line.last_no_used = line.ending_no = line.starting_no

    page = text_of(client.get("/segments/SM1/log").text)

    assert "Not possible now:" in page
    assert "Log 3 interactions" in page


def test_log_promises_a_job_rings_and_leads_to_it(
    client, segment, nudge, job_of_segment
):
    answer = client.post(
        "/segments/SM1/log",
        data={"planned": "3", "create_follow_up": "yes", "on_line_error": "skip"},
    )

    job = job_of_segment()
    assert answer.location == f"/jobs/{job.public_id}"
    assert nudge.rung == [job.public_id]
    assert job.arguments["create_follow_up"] is True
    assert job.arguments["on_line_error"] == "skip"
    assert job.planned == 3


def test_without_a_choice_no_line_is_skipped_and_nothing_follows(
    client, segment, job_of_segment
):
    client.post("/segments/SM1/log")

    assert job_of_segment().arguments["create_follow_up"] is False
    assert job_of_segment().arguments["on_line_error"] == "refuse"


def test_a_second_log_leads_to_the_running_job(client, segment, work):
    first = client.post("/segments/SM1/log")
    second = client.post("/segments/SM1/log")

    with work() as session:
        jobs = session.scalar(select(func.count()).select_from(Job))
    assert second.status_code == 303
    assert second.location == first.location
    assert jobs == 1


def test_a_log_is_refused_while_another_kind_of_job_works(
    client, segment, work, frozen
):
    with work() as session:
        session.scalars(select(Job)).one().kind = "add_contacts"

    answer = client.post("/segments/SM1/log")

    assert answer.status_code == 409
    assert f'href="{frozen}"' in answer.text


def test_a_frozen_segment_shows_its_job_instead_of_a_preflight(client, frozen):
    page = client.get("/segments/SM1/log").text

    assert "A job is working on this segment" in page
    assert f'href="{frozen}"' in page


def test_a_segment_without_description_is_refused_and_stays_open(
    client, segment, work, state, job_of_segment
):
    with work() as session:
        session.merge(state.segment()).description = ""

    answer = client.post("/segments/SM1/log", data={"create_follow_up": "yes"})

    assert answer.status_code == 422
    assert "Segment SM1 has no description." in answer.text
    assert 'name="create_follow_up" value="yes" checked' in answer.text
    assert job_of_segment() is None
    assert state.segment().frozen_by_job_id is None


def test_a_segment_that_grew_meanwhile_is_looked_at_again(
    client, segment, state, job_of_segment
):
    answer = client.post("/segments/SM1/log", data={"planned": "2"})

    assert answer.status_code == 422
    assert "The segment has 3 lines now." in answer.text
    assert job_of_segment() is None
    assert state.segment().frozen_by_job_id is None


def test_the_number_is_typed_before_many_are_logged(
    client, segment, monkeypatch, job_of_segment
):
    monkeypatch.setattr(log, "TYPE_THE_NUMBER_ABOVE", 2)
    page = client.get("/segments/SM1/log").text
    form = {name: hidden(page, name) for name in ("planned", "will_log")}

    refused = client.post("/segments/SM1/log", data=form | {"confirm": "2"})
    none_yet = job_of_segment()
    accepted = client.post("/segments/SM1/log", data=form | {"confirm": "3"})

    assert "Type 3 to confirm" in page
    assert refused.status_code == 422
    assert "Type how many interactions will be logged" in refused.text
    assert none_yet is None
    assert accepted.status_code == 303


def test_a_large_segment_is_checked_after_the_page_is_there(
    client, segment, monkeypatch
):
    monkeypatch.setattr(log, "CHECKED_LATER_ABOVE", 2)

    page = client.get("/segments/SM1/log").text
    checked = client.get("/segments/SM1/log/preflight").text
    without_script = client.get("/segments/SM1/log?now=yes").text

    assert "Checking 3 lines" in page
    assert 'hx-get="/segments/SM1/log/preflight"' in page
    assert "Log 3 interactions" in checked
    assert "<html" not in checked
    assert "Log 3 interactions" in without_script


def test_whoever_may_not_log_may_look(client_as, segment, job_of_segment):
    viewer = client_as("viewer")

    page = viewer.get("/segments/SM1/log").text

    assert "Your role may look at this, but not log." in page
    assert "Log 3 interactions" not in page
    assert viewer.post("/segments/SM1/log").status_code == 403
    assert client_as("operator").post("/segments/SM1/log").status_code == 403
    assert job_of_segment() is None


def test_a_marketer_may_log(client_as, segment):
    assert client_as("marketer").post("/segments/SM1/log").status_code == 303


def test_blocked_contacts_are_refused_by_name(client, segment, work, people):
    with work() as session:
        session.get_one(Contact, people.bert.id).privacy_blocked = True

    page = text_of(client.get("/segments/SM1/log").text)

    assert "1 line for a contact whose data is blocked for privacy" in page
    assert "Line 20000 (contact P2)" in page


def test_nothing_to_log_is_no_button(client, segment, work):
    with work() as session:
        session.scalars(select(Segment)).one().date = None

    page = text_of(client.get("/segments/SM1/log").text)

    assert "Nothing to log" in page
    assert "Every line is refused." in page
