"""What a person sees of companies that look alike, and decides about them."""

import pytest
from sqlalchemy import delete

from core.contacts.models import Contact, SeparateContacts
from core.database import transaction
from core.jobs.monitor import Terms
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.setup.models import DuplicateSearchString
from tests import factories

ACME = {
    "name": "Acme Ltd.",
    "address": "1 Harbour Road",
    "post_code": "53113",
    "city": "Bonn",
    "phone_no": "+49 228 1234",
}
FORM = ACME | {"type": "company", "name": "ACME Limited", "phone_no": "+492281234"}
PAGE = "/contacts/K1/duplicates"


@pytest.fixture
def acme(committing_engine):
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        factories.search_strings(session)
        factories.company(session, no="K1", **ACME)
        factories.company(session, no="K9", name="Other")
    return committing_engine


def test_a_new_company_leads_to_those_it_looks_like(client, acme):
    answer = client.post("/contacts/new", data=FORM)

    assert (answer.status_code, answer.location) == (303, "/contacts/C00001/duplicates")
    page = client.get(answer.location).text
    assert "Contact C00001 is there." in page
    assert "/contacts/K1/merge?with=C00001" in page
    assert "start of name, address, city, post code, phone no." in page


def test_a_changed_company_leads_there_only_for_fields_that_are_compared(client, acme):
    client.post("/contacts/new", data=FORM)

    assert saved(client, "K1", city="BONN") == PAGE
    assert saved(client, "K1", city="BONN", county="NRW") == "/contacts/K1"


def saved(client, no, **changes):
    form = client.get(f"/contacts/{no}/edit").text
    version = form.split('name="version" value="')[1].split('"')[0]
    data = FORM | ACME | {"search_name": "ACME LTD.", "version": version} | changes
    answer = client.post(f"/contacts/{no}/edit", data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.mark.parametrize("off", ["autosearch", "nothing alike", "a person"])
def test_else_saving_leads_to_the_contact(client, acme, off):
    form = dict(FORM)
    if off == "autosearch":
        settings = {"contact_nos": "CONT", "search_hit_percent": "60"}
        assert client.post("/setup/marketing", data=settings).status_code == 303
    elif off == "nothing alike":
        form["phone_no"] = form["address"] = ""
    else:
        form["type"] = "person"

    answer = client.post("/contacts/new", data=form)

    assert (answer.status_code, answer.location) == (303, "/contacts/C00001")


def test_separate_contacts_are_told_and_may_be_asked_about_again(client, acme):
    client.post("/contacts/new", data=FORM)

    answer = client.post("/contacts/K1/separate-contacts", data={"other_no": "C00001"})

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = client.get(PAGE).text
    assert "No company looks like it" in page
    assert "May be the same after all" in page

    client.post("/contacts/K1/separate-contacts/C00001/delete")

    assert "One looks like it" in client.get(PAGE).text


def test_who_cannot_be_kept_apart_is_told(client, acme):
    client.post("/contacts/K1/separate-contacts", data={"other_no": "NOPE"})

    assert "There is no contact NOPE." in client.get(PAGE).text


def test_namesakes_are_kept_apart_where_they_are_listed(client, acme):
    with transaction(acme) as session:
        for no in ("K2", "K3"):
            factories.company(session, no=no, search_name="TWIN", email="a@twin.com")
    assert "Separate contacts" in client.get("/contacts/duplicates").text
    form = {"other_no": "K3", "from": "list", "score": "75", "after": "TWAIN"}

    answer = client.post("/contacts/K2/separate-contacts", data=form)

    assert answer.location == "/contacts/duplicates?after=TWAIN&score=75"
    assert "No likely duplicates" in client.get("/contacts/duplicates").text
    with transaction(acme) as session:
        assert session.query(SeparateContacts).count() == 1


def test_all_companies_are_compared_by_a_job_and_listed(client, acme, nudge):
    client.post("/contacts/new", data=FORM)
    assert "have not been compared yet" in client.get("/contacts/duplicates").text

    answer = client.post("/contacts/duplicates/find")

    assert answer.location == f"/jobs/{nudge.rung[0]}"
    again = client.post("/contacts/duplicates/find")
    assert again.location == answer.location
    assert "is not finished yet" in client.get(again.location).text
    terms = Terms("tests", lease_seconds=15, heartbeat_seconds=0.5)
    assert run_job(acme, KINDS, terms, nudge.rung[0]) == Outcome.SUCCEEDED
    page = client.get("/contacts/duplicates").text
    assert "/contacts/C00001/merge?with=K1" in page
    assert "phone no., address, start of name, city, post code" in page
    assert f"/jobs/{nudge.rung[0]}" in page
    assert 'href="/contacts/duplicates"' in client.get(answer.location).text


def test_without_search_strings_there_is_nothing_to_compare(client, acme):
    with transaction(acme) as session:
        session.execute(delete(DuplicateSearchString))

    answer = client.post("/contacts/duplicates/find")

    assert answer.location == "/contacts/duplicates"
    assert "There is no duplicate search string" in client.get(answer.location).text


def test_a_person_is_told_that_only_companies_are_compared(client, acme):
    with transaction(acme) as session:
        factories.person(session, no="P1")

    assert "Only companies are compared" in client.get("/contacts/P1/duplicates").text


def test_whoever_may_only_read_sees_no_buttons(client, client_as, acme):
    client.post("/contacts/new", data=FORM)

    page = client_as("viewer").get(PAGE).text

    assert "ACME Limited" in page
    assert "Separate contacts" not in page
    assert "/merge?with=" not in page


def test_a_search_that_takes_too_long_is_given_up_and_said_so(
    client, acme, monkeypatch
):
    # So many that comparing them takes longer than the millisecond that is left.
    with transaction(acme) as session:
        session.add_all(
            Contact(id=10**9 + place, company_id=10**9 + place, no=f"X{place}", **ACME)
            for place in range(2000)
        )
    monkeypatch.setattr("web.contacts.look_alikes.EXACT_SECONDS", 0.001)
    monkeypatch.setattr("web.contacts.look_alikes.QUICK_SECONDS", 0.001)

    assert "The search took too long" in client.get(PAGE).text
    assert client.post("/contacts/new", data=FORM).location == "/contacts/C00001"


def test_search_strings_are_kept_on_their_pages(client, acme):
    strings = "/setup/duplicate-search-strings"
    form = {"field": "home_page", "part": "last", "length": "7"}
    added = client.post(f"{strings}/new", data=form)
    assert added.location == f"{strings}/HOME_PAGE-LAST"
    assert "Home page" in client.get(strings).text

    again = client.post(f"{strings}/new", data=form)
    wrong = client.post(f"{strings}/HOME_PAGE-LAST", data={"length": "11"})
    client.post(f"{strings}/HOME_PAGE-LAST", data={"length": "10"})

    assert (again.status_code, wrong.status_code) == (409, 422)
    assert "Must be between 2 and 10." in wrong.text
    with transaction(acme) as session:
        found = session.get(DuplicateSearchString, "HOME_PAGE-LAST")
        assert found.length == 10

    client.post(f"{strings}/HOME_PAGE-LAST/delete")

    assert client.get(f"{strings}/HOME_PAGE-LAST").status_code == 404
    assert "PHONE_NO-LAST" in client.get(f"{strings}?q=LAST").text
