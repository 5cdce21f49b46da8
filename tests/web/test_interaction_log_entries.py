from datetime import time
from decimal import Decimal

import pytest

from core.database import transaction
from core.vocabulary import CorrespondenceType, Evaluation, InformationFlow, InitiatedBy
from tests import factories
from tests.support.pages import next_page
from tests.support.queries import counted_queries

ADDRESS = "/interaction-log-entries"


@pytest.fixture
def work(committing_engine):
    return lambda: transaction(committing_engine)


@pytest.fixture
def anna(work):
    """Anna Berg, P1, of Cronus, C1."""
    with work() as session:
        cronus = factories.company(session, no="C1", name="Cronus")
        return factories.person(session, cronus, no="P1", name="Anna Berg")


@pytest.fixture
def log(work):
    def entries(contact, times: int = 1, **values: object) -> int:
        with work() as session:
            for _ in range(times):
                entry_no = factories.log_entry(session, contact, **values)
        return entry_no

    return entries


def test_an_empty_ledger_teaches_what_it_will_hold(client):
    assert "No interactions yet" in client.get(ADDRESS).text


def test_the_list_shows_the_newest_first(client, anna, log):
    log(anna, description="First letter")
    log(anna, description="Second letter", cost=Decimal("2.50"))

    page = client.get(ADDRESS).text

    assert page.index("Second letter") < page.index("First letter")
    assert "Anna Berg" in page
    assert "Cronus" in page
    assert "2.50" in page


@pytest.mark.parametrize(
    ("query", "values"),
    [
        (
            "from=2026-06-01&to=2026-06-30",
            {"date": factories.WORK_DATE.replace(month=6)},
        ),
        ("salesperson_code=jr", {"salesperson_code": "JR"}),
        ("interaction_template_code=golf", {"interaction_template_code": "GOLF"}),
        ("interaction_group_code=letter", {"interaction_group_code": "LETTER"}),
        ("campaign_no=cp1", {"campaign_no": "CP1"}),
        ("segment_no=sm1", {"segment_no": "SM1"}),
        ("logged_segment_entry_no=7", {"logged_segment_entry_no": 7}),
        (
            "correspondence_type=email",
            {"correspondence_type": CorrespondenceType.EMAIL},
        ),
        ("evaluation=very_positive", {"evaluation": Evaluation.VERY_POSITIVE}),
        ("canceled=yes", {"canceled": True}),
    ],
)
def test_every_filter_narrows_the_list(client, anna, log, query, values):
    log(anna, description="Something else")
    log(anna, description="What was asked for", **values)

    page = client.get(f"{ADDRESS}?{query}").text

    assert "What was asked for" in page
    assert "Something else" not in page


def test_entries_of_a_contact_and_of_a_company(client, work, anna, log):
    with work() as session:
        other = factories.person(session, no="P2", name="Bert")
    log(anna, description="To Anna")
    log(other, description="To Bert")

    of_contact = client.get(f"{ADDRESS}?contact_no=p1").text
    of_company = client.get(f"{ADDRESS}?contact_company_no=c1").text

    assert "To Anna" in of_contact
    assert "To Bert" not in of_contact
    assert "To Anna" in of_company
    assert "To Bert" not in of_company


@pytest.mark.parametrize("query", ["from=soon", "evaluation=great", "before=x"])
def test_a_filter_that_means_nothing_does_not_narrow(client, anna, log, query):
    log(anna, description="A letter")

    assert "A letter" in client.get(f"{ADDRESS}?{query}").text


def test_a_contact_that_does_not_exist_has_no_entries(client, anna, log):
    log(anna)

    assert "No entry matches" in client.get(f"{ADDRESS}?contact_no=P9").text


def test_totals_are_added_up_only_on_request_and_of_all_that_match(
    client, anna, log, committing_engine
):
    log(anna, times=60, cost=2, duration=3)
    log(anna, cost=100, campaign_no="CP1")

    with counted_queries(committing_engine) as queries:
        without = client.get(ADDRESS).text
    asked = client.get(f"{ADDRESS}?totals=yes&to=2026-12-31&canceled=no").text
    of_campaign = client.get(f"{ADDRESS}?totals=yes&campaign_no=CP1").text

    assert "Add up cost and minutes of all entries" in without
    assert not [query for query in queries if "sum(" in query]
    assert "<strong>61</strong> entries · cost <strong>220.00</strong>" in asked
    assert "minutes <strong>180</strong>" in asked
    assert "<strong>1</strong> entry · cost <strong>100.00</strong>" in of_campaign


def test_pages_follow_each_other_with_a_fixed_number_of_questions(
    client, anna, log, committing_engine
):
    last = log(anna, times=55)

    with counted_queries(committing_engine) as queries:
        first = client.get(ADDRESS).text
    second = client.get(next_page(first)).text

    assert f'{ADDRESS}/{last}"' in first
    assert f'{ADDRESS}/{last - 50}"' not in first
    assert f'{ADDRESS}/{last - 50}"' in second
    assert len(queries) <= 6


def test_an_entry_shows_everything_that_was_written(client, anna, log, work):
    with work() as session:
        factories.salesperson(session, "JR", name="John Roberts")
        factories.template(
            session,
            "GOLF",
            description="Golf invitation",
            information_flow=InformationFlow.OUTBOUND,
        )
    entry_no = log(
        anna,
        description="Come and play",
        subject="Golf",
        interaction_template_code="GOLF",
        interaction_group_code="LETTER",
        interaction_language_code="DEU",
        salesperson_code="JR",
        user_id="bert",
        campaign_no="CP1",
        campaign_entry_no=5,
        segment_no="SM1",
        segment_line_no=20000,
        logged_segment_entry_no=7,
        correspondence_type=CorrespondenceType.HARD_COPY,
        information_flow=InformationFlow.OUTBOUND,
        initiated_by=InitiatedBy.THEM,
        evaluation=Evaluation.VERY_POSITIVE,
        time_of_interaction=time(14, 30),
        cost=Decimal("8.25"),
        duration=12,
        contact_alt_address_code="HOME",
        contact_via="+47 123",
    )

    page = client.get(f"{ADDRESS}/{entry_no}").text

    for text in (
        "Golf invitation - by John Roberts",
        *("Come and play", "Golf", "LETTER", "DEU", "bert", "CP1", "SM1", "20000"),
        *("Hard copy", "Outbound", "Them", "Very positive", "14:30", "8.25", "12"),
        *("HOME", "+47 123", 'href="/logged-segments/7"', 'href="/contacts/P1"'),
    ):
        assert text in page


def test_a_postponed_entry_is_not_in_the_ledger(client, anna, log):
    entry_no = log(anna, description="Draft", postponed=True)

    assert "Draft" not in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}/{entry_no}").status_code == 404


def test_an_entry_whose_contact_is_gone_is_still_shown(client, log, anna, work):
    entry_no = log(anna, description="A letter", contact_id=None)

    assert "A letter" in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}/{entry_no}").status_code == 200


def test_operators_do_not_read_what_was_said(client_as, anna, log):
    entry_no = log(anna)
    operator = client_as("operator")

    assert operator.get(ADDRESS).status_code == 403
    assert operator.get(f"{ADDRESS}/{entry_no}").status_code == 403
