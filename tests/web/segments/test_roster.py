import pytest

from core.contacts.classification.models import ContactMailingGroup, MailingGroup
from core.setup.models import Language, Territory
from core.vocabulary import Evaluation
from tests import factories
from tests.support.pages import hidden
from tests.support.queries import counted_queries

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def crowd(work, people):
    """Beside Cronus and its people (JR): two companies of LM, one of them excluded."""
    with work() as session:
        session.add(Territory(code="N", description="North"))
        session.add(Language(code="DEU", description="German"))
        factories.company(
            session,
            no="C2",
            name="Nordwind",
            salesperson_code="LM",
            territory_code="N",
            language_code="DEU",
        )
        factories.company(
            session,
            no="C3",
            name="Südwind",
            salesperson_code="LM",
            exclude_from_segment=True,
        )


@pytest.fixture
def empty(client, crowd) -> str:
    client.post("/segments/new", data={"no": "SM1"})
    return "SM1"


def count(client, query: str) -> str:
    page = client.get(f"/segments/SM1/add/count?{query}").text
    return hidden(page, "expected")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "5"),
        ("salesperson_code=JR", "3"),
        ("territory_code=N", "1"),
        ("language_code=DEU", "1"),
        ("type=company", "2"),
        ("type=person", "3"),
        ("name=berg", "1"),
        ("company_name=cron", "4"),
        ("no_from=P2&no_to=P3", "2"),
        ("salesperson_code=LM&ignore_exclusion=yes", "2"),
        ("name=berg&allow_related_companies=yes", "2"),
        ("name=berg&expand_companies=yes", "4"),
        ("name=berg&type=company", "0"),
    ],
)
def test_the_count_tells_who_would_be_added(client, empty, query, expected):
    assert count(client, query) == expected


def test_groups_and_earlier_interactions_narrow_too(client, empty, work, people):
    with work() as session:
        session.add(MailingGroup(code="GIFT", description="Gifts"))
        session.flush()
        gift = ContactMailingGroup(contact_id=people.anna.id, code="GIFT")
        session.add(gift)
        for person in (people.anna, people.bert):
            factories.log_entry(
                session, person, campaign_no="CP1", evaluation=Evaluation.POSITIVE
            )

    assert count(client, "mailing_group=GIFT") == "1"
    assert count(client, "entry_campaign=CP1&entry_evaluation=positive") == "2"
    assert count(client, "entry_campaign=CP1&entry_from=2030-01-01") == "0"
    assert count(client, "mailing_group=GIFT&entry_to=2030-01-01") == "1"


def test_the_count_explains_who_is_left_out(client, segment, crowd):
    page = " ".join(client.get("/segments/SM1/add/count").text.split())

    assert "<dt>match</dt><dd>6</dd>" in page
    assert f"<dt>marked to be excluded</dt><dd>{MINUS} 1</dd>" in page
    assert f"<dt>in the segment already</dt><dd>{MINUS} 3</dd>" in page
    assert "Add 2 contacts" in page


def test_the_page_says_the_filter_in_words_and_shows_the_first(client, empty):
    page = client.get("/segments/SM1/add?name=berg&salesperson_code=JR").text

    assert "Salesperson JR, name contains berg" in page
    assert "Anna Berg" in page
    assert 'value="berg"' in page


def test_contacts_are_added_by_filter(client, empty, state):
    answer = client.post(
        "/segments/SM1/add",
        data={"salesperson_code": "JR", "expected": "3"},
        follow_redirects=True,
    )

    assert "3 contacts are added." in answer.text
    assert state.number_of_lines() == 3


def test_another_number_than_was_seen_stops_and_asks(client, empty, state):
    answer = client.post(
        "/segments/SM1/add", data={"salesperson_code": "JR", "expected": "2"}
    )

    assert answer.status_code == 422
    assert "3 contacts match now; it was 2 when you looked." in answer.text
    assert '<option value="JR" selected>' in answer.text
    assert state.number_of_lines() == 0


def test_existing_contacts_get_a_second_line_only_when_asked(client, segment, state):
    client.post("/segments/SM1/add", data={"type": "person"})
    once = state.number_of_lines()
    client.post(
        "/segments/SM1/add", data={"type": "person", "allow_existing_contacts": "yes"}
    )

    assert once == 3
    assert state.number_of_lines() == 6


def test_matching_lines_are_taken_out(client, segment, state):
    page = client.get("/segments/SM1/take-out?name=berg").text
    client.post("/segments/SM1/take-out", data={"name": "berg", "expected": "1"})

    assert "Take out 1 line" in page
    assert state.number_of_lines() == 2


def test_only_matching_lines_are_kept(client, segment, state):
    page = client.get("/segments/SM1/take-out?name=berg&what=keep_only").text
    client.post("/segments/SM1/take-out", data={"name": "berg", "what": "keep_only"})

    assert "Keep only: Name contains berg" in page
    assert "Take out 2 lines" in page
    assert state.number_of_lines() == 1


def test_whole_companies_go_together(client, segment, state):
    client.post(
        "/segments/SM1/take-out", data={"name": "berg", "entire_companies": "yes"}
    )

    assert state.number_of_lines() == 0


def test_taking_out_more_than_was_seen_stops_and_asks(client, segment, state):
    answer = client.post(
        "/segments/SM1/take-out", data={"type": "person", "expected": "2"}
    )

    assert answer.status_code == 422
    assert "3 lines would go now" in answer.text
    assert state.number_of_lines() == 3


def test_emptying_a_segment_offers_to_clear_its_criteria(client, segment, state):
    page = client.get("/segments/SM1/take-out").text
    client.post("/segments/SM1/take-out", data={"reset": "yes"})

    assert 'name="reset" value="yes" checked' in page
    assert state.segment().head == 0


def test_emptying_a_segment_may_keep_the_way_back(client, segment, state):
    client.post("/segments/SM1/take-out", data={})
    client.post("/segments/SM1/criteria/go-back")

    assert state.number_of_lines() == 3


def test_undone_steps_that_would_be_lost_are_announced(client, segment):
    client.post("/segments/SM1/criteria/go-back")

    assert "1 undone step is discarded" in client.get("/segments/SM1/add").text


def test_the_form_and_its_count_ask_a_fixed_number_of_times(
    client, segment, crowd, committing_engine
):
    with counted_queries(committing_engine) as for_page:
        client.get("/segments/SM1/add")
    with counted_queries(committing_engine) as for_count:
        client.get("/segments/SM1/add/count")

    assert len(for_page) <= 17
    assert len(for_count) <= 5


def test_a_frozen_segment_gains_and_loses_nobody(client, frozen, state):
    added = client.post("/segments/SM1/add", data={"type": "company"})
    taken = client.post("/segments/SM1/take-out", data={"type": "person"})

    assert added.status_code == taken.status_code == 409
    assert f'href="{frozen}"' in added.text
    assert state.number_of_lines() == 3


def test_a_viewer_may_count_but_not_add(client_as, segment):
    viewer = client_as("viewer")

    page = viewer.get("/segments/SM1/add").text

    assert "would be added" in page
    assert 'id="add"' not in page
    assert viewer.post("/segments/SM1/add").status_code == 403
    assert viewer.post("/segments/SM1/take-out").status_code == 403
