import json
from decimal import Decimal

import pytest

from core.contacts.models import ContactAltAddress
from core.segments.go_back import go_back
from tests.support.pages import hidden

ADDRESS = "/segments/SM1/lines/20000"


@pytest.fixture
def save(client, segment):
    """Post the form of Bert's line as it stands, with these fields changed."""

    def post(inherit: list[str] | None = None, **changes: str):
        was = hidden(client.get(ADDRESS).text, "was")
        form = json.loads(was) | changes | {"was": was, "inherit": inherit or []}
        return client.post(ADDRESS, data=form)

    return post


def test_a_line_shows_effective_values_and_that_they_are_inherited(client, segment):
    page = client.get(ADDRESS).text

    assert 'value="Spring mailing"' in page
    assert 'value="8.00"' in page
    assert "Own value." not in page


def test_a_changed_value_becomes_the_lines_own_and_no_other_does(save, state):
    save(description="For Bert")

    assert state.line(20000).personal == ["description"]
    assert state.line(20000).description == "For Bert"
    assert state.line(10000).personal == []


def test_an_own_value_says_what_giving_it_back_would_show(client, segment, personalise):
    personalise(20000, cost=Decimal(3), salesperson_code="LM")

    page = " ".join(client.get(ADDRESS).text.split())

    assert "Give back: 8.00" in page
    assert "Give back: JR" in page


def test_what_is_given_back_follows_the_lines_own_template(
    client, segment, personalise
):
    personalise(20000, interaction_template_code="BUS")
    personalise(20000, cost=Decimal(3))

    page = " ".join(client.get(ADDRESS).text.split())

    assert "Give back: 2.00" in page
    assert "Give back: GOLF" in page


def test_a_value_is_given_back_to_the_header(save, personalise, state):
    personalise(20000, description="For Bert", cost=Decimal(3))

    save(inherit=["description"])

    assert state.line(20000).personal == ["cost"]
    assert state.line(20000).description == "Spring mailing"


def test_a_blank_is_an_own_value_too(save, state):
    save(date="")

    assert state.line(20000).personal == ["date"]
    assert state.line(20000).date is None


def test_changing_a_value_and_giving_it_back_is_refused(save, personalise, state):
    personalise(20000, description="For Bert")

    answer = save(inherit=["description"], description="Other")

    assert answer.status_code == 422
    assert 'value="Other"' in answer.text
    assert 'value="description" checked' in answer.text
    assert state.line(20000).description == "For Bert"


def test_another_template_resets_what_the_old_one_gave(save, personalise, state):
    personalise(20000, cost=Decimal(3))

    save(interaction_template_code="BUS")

    assert state.line(20000).cost == 2
    line = state.line(20000)
    assert line.personal == ["interaction_template_code", "description"]


def test_faults_keep_what_was_typed(save, state):
    answer = save(cost="-1", description="For Bert")

    assert answer.status_code == 422
    assert "Must not be negative." in answer.text
    assert 'value="-1"' in answer.text
    assert 'value="For Bert"' in answer.text
    assert state.line(20000).personal == []


def test_alternative_addresses_of_the_contact_are_offered(
    client, segment, work, people
):
    with work() as session:
        session.add(
            ContactAltAddress(contact_id=people.bert.id, code="HOME", city="Oslo")
        )

    assert "HOME · Oslo" in client.get(ADDRESS).text


def test_the_next_line_is_one_click_away(client, segment):
    assert 'href="/segments/SM1/lines/30000"' in client.get(ADDRESS).text
    assert "Next line" not in client.get("/segments/SM1/lines/30000").text


def test_a_line_is_taken_out_and_go_back_returns_it_as_it_was(
    client, segment, personalise, work, state
):
    personalise(20000, description="For Bert")

    client.post(f"{ADDRESS}/take-out")
    gone = state.number_of_lines()
    with work() as session:
        go_back(session, session.merge(state.segment()))

    assert gone == 2
    assert state.line(20000).description == "For Bert"


def test_taking_the_last_line_out_may_clear_the_criteria(
    client, masters, people, state
):
    client.post("/segments/new", data={"no": "SM1"})
    client.post("/segments/SM1/lines", data={"contact": "P1"})

    offered = client.get("/segments/SM1/lines/10000").text
    client.post("/segments/SM1/lines/10000/take-out", data={"reset": "yes"})

    assert "clear its criteria actions too" in offered
    assert state.segment().head == 0


def test_a_line_that_is_not_there_is_said_so(client, segment):
    assert client.get("/segments/SM1/lines/5").status_code == 404
    assert client.post("/segments/SM1/lines/5/take-out").status_code == 404


def test_a_frozen_line_is_shown_and_not_changed(client, frozen, state):
    was = hidden(client.get(ADDRESS).text, "was")

    answer = client.post(ADDRESS, data={"was": was, "description": "Too late"})

    assert ">Save<" not in client.get(ADDRESS).text
    assert answer.status_code == 409
    assert state.line(20000).personal == []


def test_a_viewer_changes_no_line(client_as, segment):
    viewer = client_as("viewer")

    assert "Take out" not in viewer.get(ADDRESS).text
    assert viewer.post(ADDRESS).status_code == 403
    assert viewer.post(f"{ADDRESS}/take-out").status_code == 403
