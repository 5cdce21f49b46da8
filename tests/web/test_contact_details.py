"""Operators run the machine. Whom a segment is about is none of their business."""

import pytest

from core.database import transaction
from tests import factories


@pytest.fixture
def operator(client_as, committing_engine):
    with transaction(committing_engine) as session:
        contact = factories.company(session, no="C1", name="Berg", search_name="BERG")
        factories.line_of(session, contact, "SM1")
        factories.log_entry(session, contact)
    return client_as("operator")


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/interaction-log-entries",
        "/api/v1/interaction-log-entries/1",
        "/api/v1/logged-segments/1/entries",
        "/api/v1/segments/SM1/lines",
        "/api/v1/segments/SM1/lines/10000",
        "/api/v1/segments/SM1/criteria",
    ],
)
def test_the_refusal_names_the_roles_that_may(operator, address):
    answer = operator.get(address)

    assert (answer.status_code, answer.json["code"]) == (403, "E-ROLE")
    assert "viewer or marketer or administrator" in answer.json["detail"]


def test_the_search_finds_contacts_for_others_only(operator, client_as):
    assert "Berg" not in operator.get("/search?q=berg").text
    assert "Berg" in client_as("viewer").get("/search?q=berg").text


def test_neither_navigation_nor_search_lead_to_a_closed_page(operator):
    page = operator.get("/search?q=interaction log").text

    assert 'href="/interaction-log-entries"' not in page
    assert 'href="/contacts"' not in page


def test_operators_still_see_the_jobs_and_the_segments_they_are_about(operator):
    assert operator.get("/jobs").status_code == 200
    assert operator.get("/api/v1/segments/SM1").status_code == 200


def test_trouble_with_a_statement_tells_nothing_of_its_values(own_engine):
    with pytest.raises(Exception, match="hidden") as trouble:  # noqa: SIM117
        with transaction(own_engine) as session:
            factories.company(session, name="Berg" * 100)

    assert "Berg" not in str(trouble.value)
