from datetime import date

import pytest
from sqlalchemy import update

from core import clock
from core.access.models import User
from core.interactions.models import InteractionTemplate
from core.numbering.models import NumberSeries
from core.setup.queries import marketing_setup

NEW = {
    "description": "Spring fair",
    "interaction_template_code": "GOLF",
    "date": "",
    "no": "",
    "campaign_no": "",
    "salesperson_code": "",
}


@pytest.fixture
def _series(work, masters):
    """Numbers are given by the series alone."""
    with work() as session:
        session.get_one(NumberSeries, "SEGM").manual_nos = False


def test_the_form_proposes_the_work_date(client, masters):
    page = client.get("/segments/new").text

    assert f'value="{clock.today()}"' in page
    assert "From series SEGM" in page


def test_a_new_segment_gets_the_next_number_and_what_was_chosen(client, masters, state):
    answer = client.post("/segments/new", data=NEW)

    made = state.segment("SM00001")
    assert answer.location == "/segments/SM00001"
    assert made.description == "Spring fair"
    assert made.interaction_template_code == "GOLF"
    assert made.date == clock.today()


def test_a_number_may_be_chosen_by_hand(client, masters, state):
    client.post("/segments/new", data=NEW | {"no": "fair-1"})

    assert state.segment("FAIR-1")


def test_a_taken_number_is_refused_and_the_input_kept(client, segment):
    answer = client.post("/segments/new", data=NEW | {"no": "sm1"})

    assert answer.status_code == 409
    assert "There is already a segment SM1." in answer.text
    assert 'value="Spring fair"' in answer.text


@pytest.mark.usefixtures("_series")
def test_no_number_field_where_the_series_gives_them(client):
    assert 'name="no"' not in client.get("/segments/new").text


def test_another_date_than_the_work_date_is_kept(client, masters, state):
    client.post("/segments/new", data=NEW | {"date": "2030-01-31"})

    assert state.segment("SM00001").date == date(2030, 1, 31)


def test_a_template_gives_its_campaign_unless_one_is_chosen(
    client, masters, work, state
):
    with work() as session:
        session.get_one(InteractionTemplate, "GOLF").campaign_no = "CP1"

    client.post("/segments/new", data=NEW)

    assert state.segment("SM00001").campaign_no == "CP1"


def test_nobody_means_nobody_also_for_a_user_with_a_salesperson(
    client, masters, work, state
):
    with work() as session:
        session.execute(update(User).values(salesperson_code="LM"))

    client.post("/segments/new", data=NEW)
    client.post("/segments/new", data=NEW | {"salesperson_code": "JR"})

    assert state.segment("SM00001").salesperson_code == ""
    assert state.segment("SM00002").salesperson_code == "JR"


def test_every_fault_is_shown_at_once_beside_its_field(client, masters, state):
    answer = client.post(
        "/segments/new", data=NEW | {"description": "x" * 101, "date": "tomorrow"}
    )

    assert answer.status_code == 422
    assert "Must not be longer than 100 characters." in answer.text
    assert "Must be a date such as 2026-01-31." in answer.text
    assert state.segment("SM00001") is None


def test_without_a_series_the_page_says_what_to_set_up(client, work):
    with work() as session:
        marketing_setup(session)

    answer = client.post("/segments/new", data=NEW | {"interaction_template_code": ""})

    assert answer.status_code == 422
    assert "Segment Nos. must be filled in Marketing Setup." in answer.text


def test_a_viewer_may_not_make_segments(client_as, masters):
    assert client_as("viewer").post("/segments/new", data=NEW).status_code == 403
