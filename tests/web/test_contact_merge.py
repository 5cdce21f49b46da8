"""Duplicates, the comparison of two contacts, and what is left of the merged one."""

import re

import pytest

from core.contacts import queries
from core.contacts.change_contact import change_contact
from core.database import transaction
from core.segments.merge_with_targets import merge_with_targets
from tests import factories
from tests.support.pages import hidden
from tests.support.queries import counted_queries


@pytest.fixture
def pair(committing_engine):
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        for no, city in (("K1", "Bonn"), ("K2", "Kiel")):
            contact = factories.company(session, no=no, search_name="CRONUS")
            contact.email, contact.city = "a@cronus.com", city
    return committing_engine


def merge(client, **more):
    page = client.get("/contacts/K1/merge?with=K2").text
    seen = {name: hidden(page, name) for name in ("version", "other_version")}
    form = {"other_no": "K2", **seen, **more}
    return client.post("/contacts/K1/merge", data=form)


def chosen(page):
    """The side that each field on the page stays with unless somebody chooses."""
    inputs = re.findall(r'<input type="radio" name="keep-[^>]* checked>', page)
    return dict(re.findall(r'name="([^"]+)" value="([^"]+)"', "".join(inputs)))


def test_duplicates_lead_to_the_comparison(client, pair):
    page = client.get("/contacts/duplicates").text

    assert "/contacts/K1/merge?with=K2" in page
    assert "No likely duplicates" in client.get("/contacts/duplicates?score=90").text


def test_chosen_values_stay_and_the_other_number_leads_here(client, pair):
    answer = merge(client, **{"keep-city": "other"})

    assert (answer.status_code, answer.location) == (303, "/contacts/K1")
    assert "Kiel" in client.get("/contacts/K1").text
    led = client.get("/contacts/K2")
    assert (led.status_code, led.location) == (302, "/contacts/K1")
    assert "/contacts/K1" in client.get("/search?q=k2").text
    assert "was merged into it by" in client.get("/contacts/K1?kind=mergers").text


def test_many_rows_lead_to_a_job(client, pair, nudge, monkeypatch):
    with transaction(pair) as session:
        other = queries.contact_found(session, "K2")
        factories.person(session, other, no="P2")
    monkeypatch.setitem(merge_with_targets.__kwdefaults__, "at_once", 0)

    answer = merge(client)

    assert answer.status_code == 303
    assert answer.location == f"/jobs/{nudge.rung[0]}"
    again = merge(client)
    assert again.status_code == 409
    assert "Merge contact K2 into K1" in again.text
    apart = client.post("/contacts/K1/separate-contacts", data={"other_no": "K2"})
    assert "is not finished yet" in client.get(apart.location).text
    for page, form in (
        ("/contacts/K1/edit", {"name": "Typed"}),
        ("/contacts/K2/addresses/new", {"code": "HOME", "address": "Typed"}),
        ("/contacts/K2/comments", {"date": "2026-05-04", "comment": "Typed"}),
    ):
        refused = client.post(page, data=form)
        assert refused.status_code == 409
        assert "“Merge contact K2 into K1” is not finished yet." in refused.text
        assert "Typed" in refused.text


def test_what_only_the_other_has_is_chosen_at_first(client, pair):
    with transaction(pair) as session:
        change_contact(session, factories.actor(), "K2", {"phone_no": "555"})

    page = client.get("/contacts/K1/merge?with=K2").text

    assert chosen(page) == {"keep-city": "kept", "keep-phone_no": "other"}
    assert "What K1 lacks is taken from K2" in page


def test_the_figures_are_those_of_the_company_that_is_chosen(client, pair):
    with transaction(pair) as session:
        for no, company_no, entries in (("P1", "K1", 1), ("P2", "K2", 2)):
            of = queries.contact_found(session, company_no)
            person = factories.person(session, of, no=no)
            for _ in range(entries):
                factories.log_entry(session, person)
    address = "/contacts/P1/merge?with=P2"

    kept = client.get(address).text
    taken = client.get(f"{address}&keep-company_no=other").text

    moved = "Interaction log entries: <strong>{}</strong>"
    assert chosen(kept)["keep-company_no"] == "kept"
    assert moved.format(0) in kept
    assert "2 stay with their company" in kept
    assert chosen(taken)["keep-company_no"] == "other"
    assert moved.format(2) in taken
    assert "1 interaction of P1 stays with the company it leaves" in taken


def test_a_contact_changed_meanwhile_is_looked_at_again(client, pair):
    page = client.get("/contacts/K1/merge?with=K2").text
    seen = {name: hidden(page, name) for name in ("version", "other_version")}
    with transaction(pair) as session:
        change_contact(session, factories.actor(), "K2", {"city": "Rom"})
    form = {"other_no": "K2", "keep-city": "other", **seen}

    answer = client.post("/contacts/K1/merge", data=form)

    assert answer.status_code == 409
    assert "Rom" in answer.text
    with transaction(pair) as session:
        assert queries.contact_by_no(session, "K2") is not None


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/contacts/K1/merge", 200, "No. of the other contact"),
        ("/contacts/K1/merge?with=X", 422, "There is no contact X"),
        ("/contacts/K1/merge?with=k1", 422, "with itself"),
        ("/contacts/duplicates?after=%F4%8F%BF%BF&score=x", 200, "No likely"),
        ("/contacts/K1?older=nonsense&kind=nothing", 200, "Timeline"),
        ("/contacts/K1?older=2026-01-01/3/1", 200, "Nothing of this kind"),
    ],
)
def test_every_question_is_answered(client, pair, address, status, words):
    answer = client.get(address)

    assert (answer.status_code, words in answer.text) == (status, True)


def test_the_card_asks_as_much_for_many_items_as_for_few(client, pair):
    counts = []
    for number in (1, 40):
        with transaction(pair) as session:
            kept = queries.contact_found(session, "K1")
            for _ in range(number):
                factories.log_entry(session, kept, description="Call")
        with counted_queries(pair) as statements:
            page = client.get("/contacts/K1").text
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert 'rel="next"' in page
