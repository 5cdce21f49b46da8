import re
from dataclasses import replace
from html import unescape
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.contacts.classification.models import ContactMailingGroup, MailingGroup
from core.database import transaction
from core.impatient import begin_count, was_ended
from core.segments.actions import ActionOptions
from core.segments.count_contacts import count_to_add
from core.setup.models import Language, Territory
from core.vocabulary import Evaluation
from tests import factories
from tests.support.pages import hidden
from tests.support.programs import wait_until
from tests.support.queries import counted_queries
from web.segments import counting, roster

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

    page = re.sub(r"</?a[^>]*>", "", page)
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

    assert len(for_page) <= 19
    assert len(for_count) <= 8


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


# --- conditions ---------------------------------------------------------------------


def condition(number, where, how, *values):
    name = f"row{number}"
    return {
        f"{name}_where": where,
        f"{name}_how": how,
        f"{name}_values": [*values],
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (condition(0, "contact.no", "any", "P1\r\np2\n\nP9"), "2"),
        (condition(0, "contact.no", "ne", "P1\nP2"), "3"),
        (condition(0, "contact.salesperson_code", "any", "JR", "LM"), "4"),
        (condition(0, "contact.territory_code", "blank"), "4"),
        (condition(0, "contact.territory_code", "filled"), "1"),
        (condition(0, "contact.type", "any", "person"), "3"),
        (condition(0, "contact.name", "contains", "berg\nnord"), "2"),
        (condition(0, "contact.text", "contains", "p2"), "1"),
        (condition(0, "contact.exclude_from_segment", "any", "no"), "5"),
        (condition(0, "contact.exclude_from_segment", "any", ""), "5"),
        (condition(0, "contact.no", "any", ""), "5"),
        (
            condition(0, "contact.no", "from", "P2")
            | condition(1, "contact.no", "to", "P2"),
            "1",
        ),
    ],
)
def test_conditions_narrow_beside_the_fields(client, empty, row, expected):
    page = client.post("/segments/SM1/add/count", data=row).text

    assert hidden(page, "expected") == expected


def test_a_condition_is_added_and_removed_without_scripts_and_keeps_the_rest(
    client, empty
):
    form = {"name": "berg"} | condition(0, "contact.no", "any", "P1\nP2")
    more = client.post(
        "/segments/SM1/add/form",
        data=form | {"add": "yes", "new_where": "interaction_log_entry.date"},
    ).text
    less = client.post("/segments/SM1/add/form", data=form | {"remove": "0"}).text

    assert 'value="berg"' in more
    assert ">P1\nP2</textarea>" in more
    assert more.count('value="interaction_log_entry.date"') == 3  # two rows, one offer
    assert 'name="row2_values" type="date"' in more
    # The day that the new conditions begin with is where the person goes on.
    assert re.search(r'id="row1_values"[^>]* autofocus', more)
    assert hidden(more, "expected") == "1"
    assert "row0_where" not in less
    assert 'value="berg"' in less


def test_every_table_is_offered_with_all_its_fields(client, empty):
    page = client.get("/segments/SM1/add").text

    for where in (
        *("contact.search_name", "contact.post_code", "contact.country_region_code"),
        *("contact.county", "contact.email", "profile_answer.questionnaire_code"),
        *("profile_answer.answer", "mailing_group.code", "business_relation.no"),
        *("interaction_log_entry.segment_no", "interaction_log_entry.canceled"),
        *("interaction_log_entry.logged_segment_entry_no", "segment.no"),
    ):
        assert f'<option value="{where}"' in page


def test_two_conditions_that_cannot_stand_together_are_named(client, empty):
    rows = condition(0, "contact.no", "any", "P1") | condition(
        1, "contact.no", "any", "P2"
    )

    answer = client.post("/segments/SM1/add", data=rows)

    assert answer.status_code == 422
    assert "another condition on this field already" in answer.text
    assert ">P2</textarea>" in answer.text
    assert 'id="add"' not in answer.text


@pytest.mark.parametrize(
    "row",
    [
        condition(0, "contact.no", "between", "P1"),
        condition(0, "contact.shoe_size", "any", "P1"),
        condition(0, "nobody", "any", "P1"),
        condition(0, "interaction_log_entry.date", "from", "tomorrow"),
        condition(0, "interaction_log_entry.date", "from", "2026-01-01\n2026-01-02"),
        condition(0, "profile_answer.answer", "any", "A:1", "B:1"),
        condition(0, "contact.name", "any", "a\0b"),
    ],
)
def test_what_is_no_condition_is_said_beside_it(client, empty, row):
    answer = client.post("/segments/SM1/add", data=row)
    counted = client.post("/segments/SM1/add/count", data=row)

    assert answer.status_code == 422
    assert counted.status_code == 200
    assert "message warn" in counted.text


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"contact": 1}', '{"contact":{"no":"\\ud800"}}']
)
def test_an_address_with_a_filter_that_is_none_says_so(client, empty, text):
    page = client.get("/segments/SM1/add", query_string={"filter": text}).text

    assert "The filter must be a JSON object" in page


def test_the_address_of_a_filter_opens_the_form_filled(client, empty):
    form = {"territory_code": "N", "expand_companies": "yes"} | condition(
        0, "contact.language_code", "any", "DEU"
    )
    counted = client.post("/segments/SM1/add/count", data=form).text
    address = unescape(re.search(r'href="([^"]+)">Address of this filter', counted)[1])

    page = client.get(address).text

    assert '<option value="N" selected>' in page
    assert 'id="language_code"' in page
    assert '<option value="DEU" selected>' in page
    assert re.search(r'name="expand_companies"[^>]* checked', page)
    assert hidden(page, "expected") == hidden(counted, "expected") == "1"


def test_the_numbers_lead_to_the_contacts_behind_them(client, segment, crowd):
    page = client.get("/segments/SM1/add/count?salesperson_code=JR").text
    links = {unescape(link) for link in re.findall(r'href="(/contacts\?[^"]+)"', page)}

    pages = [client.get(link).text for link in sorted(links)]

    assert len(links) == 2  # who matches, and who is in already: the same three
    for shown in pages:
        assert len(re.findall(r'class="code tight"><a href="/contacts/P', shown)) == 3


# --- counting -----------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch):
    """A count that takes a second, and patience for less."""

    def count_slowly(session, head, given, filters):
        session.execute(text("SELECT pg_sleep(1)"))
        return {"count": count_to_add(session, head.segment, filters, ActionOptions())}

    monkeypatch.setattr(roster, "ADD", replace(roster.ADD, counted=count_slowly))
    monkeypatch.setattr(counting, "QUICK_SECONDS", 0.2)


def test_a_count_that_takes_too_long_shows_the_last_one_and_its_age(
    client, empty, slow
):
    page = client.post(
        "/segments/SM1/add/count", data={"known": "7", "known_at": "1000"}
    ).text

    assert re.search(r"it was <strong>7</strong>, counted \d+ d", page)
    assert hidden(page, "known") == "7"
    assert "Count exactly" in page
    assert 'name="expected"' not in page


def test_counting_exactly_may_take_longer(client, empty, slow):
    page = client.post("/segments/SM1/add/count?exactly=yes").text

    assert hidden(page, "expected") == "5"


def test_a_newer_count_of_the_page_ends_the_older_one(committing_engine):
    ended = []

    def count_long():
        try:
            with transaction(committing_engine) as session:
                begin_count(session, "1 aa", seconds=30)
                started.set()
                session.execute(text("SELECT pg_sleep(30)"))
        except DBAPIError as error:
            ended.append(was_ended(error))

    started = Event()
    thread = Thread(target=count_long)
    thread.start()
    assert started.wait(10)
    wait_until(lambda: sleeping(committing_engine))
    with transaction(committing_engine) as session:
        begin_count(session, "1 bb", seconds=30)
    assert sleeping(committing_engine)  # another page's count is none of ours

    with transaction(committing_engine) as session:
        begin_count(session, "1 aa", seconds=30)
    thread.join(10)

    assert ended == [True]


def sleeping(engine):
    with transaction(engine) as session:
        return session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE application_name = 'rollcall count 1 aa'"
                " AND query LIKE '%pg_sleep%' AND state = 'active'"
            )
        )
