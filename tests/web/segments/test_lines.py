from decimal import Decimal

import pytest

from core.segments.change_line import change_line
from tests import factories
from tests.support.pages import next_page
from tests.support.queries import counted_queries


@pytest.fixture
def many(work, people):
    """Sixty lines with the same contact, the last three with own values."""
    with work() as session:
        actor = factories.actor()
        made = factories.segment(session, actor, interaction_template_code="GOLF")
        made.no = "SM1"
        for _ in range(60):
            last = factories.line(session, actor, made, people.anna)
        for line_no in (last, last - 10000, last - 20000):
            change_line(session, made, line_no, {"cost": Decimal(5)})


def test_an_empty_segment_teaches_how_contacts_come_in(client, masters):
    client.post("/segments/new", data={"no": "SM1"})

    page = client.get("/segments/SM1").text

    assert "Nobody is in this segment yet" in page
    assert 'href="/segments/SM1/add"' in page


def test_a_line_shows_its_contact_and_what_it_inherits(client, segment):
    page = client.get("/segments/SM1").text

    assert "Bert Çelik" in page
    assert "Cronus" in page
    assert 'href="/contacts/P2"' in page
    assert '<span class="inherited">Spring mailing</span>' in page


def test_an_own_value_is_marked_and_names_the_inherited_one(
    client, segment, personalise
):
    personalise(20000, description="For Bert", interaction_template_code="BUS")

    page = client.get("/segments/SM1").text

    assert 'title="Own value. Without it: Spring mailing"' in page
    assert 'title="Own value. Without it: GOLF"' in page
    assert page.count("(own value)") == 2


def test_own_values_without_a_column_are_named(client, segment, personalise):
    personalise(20000, subject="Hello", evaluation=2)

    assert "Subject, Evaluation" in client.get("/segments/SM1").text


def test_lines_can_be_narrowed_to_own_values_and_to_a_contact(
    client, segment, personalise
):
    personalise(20000, description="For Bert")

    personal = client.get("/segments/SM1?personal=yes").text
    cora = client.get("/segments/SM1?contact=cora").text
    nobody = client.get("/segments/SM1?contact=zoe").text

    assert "Bert Çelik" in personal
    assert "Anna Berg" not in personal
    assert "Cora Novák" in cora
    assert "Bert Çelik" not in cora
    assert "No line matches" in nobody


@pytest.mark.usefixtures("many")
def test_fifty_lines_make_a_page(client):
    first = client.get("/segments/SM1").text
    second = client.get(next_page(first)).text

    assert 'id="line-500000"' in first
    assert 'id="line-510000"' not in first
    assert 'id="line-510000"' in second
    assert 'id="line-600000"' in second
    assert "First page" in second


@pytest.mark.usefixtures("many")
def test_a_page_asks_a_fixed_number_of_times(client, committing_engine):
    with counted_queries(committing_engine) as for_plain_lines:
        client.get("/segments/SM1")
    with counted_queries(committing_engine) as for_own_values:
        client.get("/segments/SM1?after=500000")

    assert len(for_plain_lines) == 6
    assert len(for_own_values) == 7


def test_a_contact_is_added_by_number(client, segment, people, state):
    client.post("/segments/SM1/lines", data={"contact": "c1"})

    assert state.number_of_lines() == 4
    assert state.line(40000).contact_company_name == "Cronus"


def test_a_contact_is_added_by_the_beginning_of_the_name(client, segment, state):
    answer = client.post(
        "/segments/SM1/lines", data={"contact": "bert"}, follow_redirects=True
    )

    assert "Bert Çelik is added as the last line." in answer.text
    assert state.number_of_lines() == 4


def test_a_name_that_several_have_asks_which_one(client, segment, work, people, state):
    with work() as session:
        factories.person(session, no="P9", name="Anna Berg", search_name="ANNA BERG")

    answer = client.post("/segments/SM1/lines", data={"contact": "anna"})

    assert answer.status_code == 422
    assert "Which contact?" in answer.text
    assert 'name="contact" value="P9"' in answer.text
    assert state.number_of_lines() == 3


def test_nobody_found_keeps_what_was_typed(client, segment):
    answer = client.post("/segments/SM1/lines", data={"contact": "Zoë"})

    assert answer.status_code == 422
    assert "No contact has the number Zoë or a name that begins so." in answer.text
    assert 'value="Zoë"' in answer.text


def test_blocked_and_excluded_contacts_are_added_with_a_warning(client, segment, work):
    with work() as session:
        factories.person(session, no="P8", name="Secret", privacy_blocked=True)
        factories.person(session, no="P9", name="Tired", exclude_from_segment=True)

    blocked = client.post(
        "/segments/SM1/lines", data={"contact": "P8"}, follow_redirects=True
    )
    excluded = client.post(
        "/segments/SM1/lines", data={"contact": "P9"}, follow_redirects=True
    )

    assert "Secret is blocked for privacy" in blocked.text
    assert "Tired is marked to be excluded from segments." in excluded.text


def test_names_are_proposed_while_typing(client, people):
    found = client.get("/segments/contact-options?contact=ber").text

    assert '<option value="P2">Bert Çelik · Cronus</option>' in found
    assert client.get("/segments/contact-options?contact=b").text.strip() == ""
    assert client.get("/segments/contact-options?contact=%00%00").text.strip() == ""


def test_a_frozen_segment_takes_no_contact(client, frozen, state):
    page = client.get("/segments/SM1").text
    answer = client.post("/segments/SM1/lines", data={"contact": "P1"})

    assert "Add contacts" not in page
    assert answer.status_code == 409
    assert f'href="{frozen}"' in answer.text
    assert state.number_of_lines() == 3


def test_a_viewer_sees_lines_but_adds_none(client_as, segment):
    viewer = client_as("viewer")

    page = viewer.get("/segments/SM1").text

    assert "Anna Berg" in page
    assert "Add contacts" not in page
    assert viewer.post("/segments/SM1/lines", data={"contact": "P1"}).status_code == 403
