import json
from datetime import date
from decimal import Decimal

import pytest

from core.interactions.models import InteractionTemplate, LoggedSegment
from core.segments.request_log import request_log
from tests import factories
from tests.support.pages import hidden


@pytest.fixture
def save(client, segment):
    """Post the header form as it stands, with these fields changed."""

    def post(as_client=client, **changes: str):
        was = hidden(as_client.get("/segments/SM1/header").text, "was")
        form = json.loads(was) | changes
        return as_client.post("/segments/SM1/header", data=form | {"was": was})

    return post


def test_the_header_shows_every_field_with_its_meaning(client, segment):
    page = client.get("/segments/SM1/header").text

    assert 'value="Spring mailing"' in page
    assert 'value="8.00"' in page
    assert "What one interaction costs." in page
    assert "Blank: each line takes the salesperson of its contact." in page


def test_the_head_counts_lines_cost_and_minutes(client, segment, personalise):
    personalise(20000, cost=Decimal(10))

    page = " ".join(client.get("/segments/SM1/header").text.split())

    assert '<a href="/segments/SM1">3</a>' in page
    assert '<a href="/segments/SM1?personal=yes">1</a>' in page
    assert "<dd>26.00</dd>" in page


def test_without_a_template_the_interaction_waits_for_one(client, work, segment, state):
    with work() as session:
        session.merge(state.segment()).interaction_template_code = ""

    page = client.get("/segments/SM1/header").text

    assert "Choose a template and save." in page
    assert 'name="unit_cost"' not in page


def test_a_change_of_an_inherited_field_asks_what_about_the_lines(save, state):
    answer = save(description="Autumn mailing")

    assert answer.status_code == 200
    assert "Update the 3 lines that follow template GOLF?" in answer.text
    assert 'value="Autumn mailing"' in answer.text
    assert state.segment().description == "Spring mailing"


def test_the_question_counts_own_values_that_would_be_given_up(save, personalise):
    personalise(10000, description="For Anna")
    personalise(20000, description="For Bert")
    personalise(30000, interaction_template_code="BUS")

    page = " ".join(save(description="Autumn mailing").text.split())

    assert "Update the 2 lines that follow template GOLF?" in page
    assert "2 of them have an own description, which are given up." in page


def test_yes_is_the_answer_already_chosen(save):
    page = save(description="Autumn mailing").text

    assert 'name="update_lines" value="yes" checked' in page


def test_yes_lets_every_line_show_the_new_value(save, personalise, state):
    personalise(10000, description="For Anna")

    answer = save(description="Autumn mailing", update_lines="yes")

    assert answer.location == "/segments/SM1/header"
    assert state.line(10000).description == "Autumn mailing"
    assert state.line(20000).description == "Autumn mailing"


def test_no_keeps_what_the_lines_show_as_own_values(save, state):
    save(description="Autumn mailing", update_lines="no")

    assert state.segment().description == "Autumn mailing"
    assert state.own(10000, "description") == "Spring mailing"


def test_a_new_template_asks_its_own_question_and_fills_the_header(save, state):
    asked = save(interaction_template_code="BUS")
    save(interaction_template_code="BUS", apply_to_lines="yes")

    assert "Apply template BUS to all 3 lines?" in asked.text
    assert "Update the" not in asked.text
    assert state.segment().unit_cost == 2
    assert state.line(10000).cost == 2


def test_a_new_template_may_leave_the_lines_alone(save, state):
    save(interaction_template_code="BUS", apply_to_lines="no")

    assert state.segment().interaction_template_code == "BUS"
    assert state.line(10000).interaction_template_code == "GOLF"
    assert state.line(10000).cost == 8


def test_a_field_changed_beside_the_template_wins_over_the_template(save, state):
    save(
        interaction_template_code="BUS",
        unit_cost="5",
        apply_to_lines="yes",
        update_lines="yes",
    )

    assert state.segment().unit_cost == 5


def test_what_concerns_no_line_is_saved_without_a_question(save, state):
    answer = save(ignore_contact_corres_type="yes", correspondence_type_default="email")

    assert answer.status_code == 303
    assert state.segment().ignore_contact_corres_type


def test_nothing_is_asked_while_there_are_no_lines(client, masters, state):
    client.post("/segments/new", data={"no": "SM1", "description": "Fair"})
    was = hidden(client.get("/segments/SM1/header").text, "was")

    answer = client.post(
        "/segments/SM1/header",
        data=json.loads(was) | {"was": was, "description": "Gifts"},
    )

    assert answer.status_code == 303
    assert state.segment().description == "Gifts"


def test_two_people_who_change_different_fields_both_keep_theirs(client, save, state):
    was = hidden(client.get("/segments/SM1/header").text, "was")
    save(date="2030-01-31", update_lines="yes")
    late = json.loads(was) | {"description": "Gifts", "update_lines": "yes", "was": was}

    client.post("/segments/SM1/header", data=late)

    assert state.segment().date == date(2030, 1, 31)
    assert state.segment().description == "Gifts"


def test_faults_keep_what_was_typed_and_change_nothing(save, state):
    answer = save(unit_cost="a lot", unit_duration="-1", update_lines="yes")

    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text
    assert "Unit cost: Must be a number." in answer.text
    assert "Unit duration: Must not be negative." in answer.text
    assert state.segment().unit_cost == 8


def test_an_unknown_code_is_refused_by_name(save):
    answer = save(campaign_no="NONE", update_lines="yes")

    assert answer.status_code == 422
    assert "There is no campaign NONE." in answer.text


def test_a_blocked_salesperson_already_chosen_is_not_lost(client, work, segment, state):
    with work() as session:
        session.merge(state.segment()).salesperson_code = "GONE"

    page = client.get("/segments/SM1/header").text

    assert '<option value="GONE" selected>GONE (blocked)</option>' in page


def test_a_frozen_segment_shows_its_job_and_takes_no_input(client, frozen):
    page = client.get("/segments/SM1/header").text

    assert f'href="{frozen}"' in page
    assert page.count('<fieldset class="card stack" disabled') == 2
    assert ">Save<" not in page


def test_a_change_of_a_frozen_segment_is_refused_and_the_input_kept(
    client, segment, work, state
):
    was = hidden(client.get("/segments/SM1/header").text, "was")
    form = json.loads(was) | {"description": "Too late", "was": was}
    with work() as session:
        request_log(session, factories.actor(), "SM1")

    answer = client.post("/segments/SM1/header", data=form)

    assert answer.status_code == 409
    assert 'value="Too late"' in answer.text
    assert "can be edited again when that job has ended" in answer.text
    assert state.segment().description == "Spring mailing"


def test_a_viewer_sees_the_header_but_cannot_change_it(client_as, save, state):
    viewer = client_as("viewer")

    page = viewer.get("/segments/SM1/header").text
    answer = save(viewer, description="Mine", update_lines="yes")

    assert "Spring mailing" in page
    assert "Delete segment" not in page
    assert answer.status_code == 403
    assert state.segment().description == "Spring mailing"


def test_a_segment_is_deleted_with_its_lines(client, segment, state):
    answer = client.post("/segments/SM1/delete", follow_redirects=True)

    assert "Segment SM1 and its 3 lines are deleted." in answer.text
    assert state.segment() is None


def test_a_frozen_segment_is_not_deleted(client, frozen, state):
    answer = client.post("/segments/SM1/delete")

    assert answer.status_code == 409
    assert f'href="{frozen}"' in answer.text
    assert state.segment()


def test_a_segment_that_does_not_exist_is_said_so(client, masters):
    answer = client.get("/segments/NONE/header")

    assert answer.status_code == 404
    assert "There is no segment NONE." in answer.text


def test_a_number_that_was_logged_leads_to_its_logged_segment(client, work, masters):
    with work() as session:
        logged = LoggedSegment(segment_no="SM9", creation_date=factories.WORK_DATE)
        session.add(logged)

    answer = client.get("/segments/sm9")

    assert answer.status_code == 404
    assert "Segment SM9 has been logged" in answer.text
    assert f'href="/logged-segments/{logged.entry_no}"' in answer.text


def test_a_form_without_its_memory_is_refused(client, segment):
    answer = client.post("/segments/SM1/header", data={"description": "x"})

    assert answer.status_code == 400


@pytest.mark.case("LINE-020")
@pytest.mark.parametrize("ignores", [False, True])
def test_the_page_says_whether_the_template_asks_contacts(
    client, work, segment, ignores
):
    with work() as session:
        template = session.get_one(InteractionTemplate, "GOLF")
        template.ignore_contact_corres_type = ignores

    page = client.get("/segments/SM1/header").text

    assert ("which asks no contact for its own" in page) is ignores
    assert ("or that of the template where it has none" in page) is not ignores
