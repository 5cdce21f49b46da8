"""The pages of Create Interaction, of postponed interactions, and of how it went."""

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from core.database import transaction
from core.interactions.models import Delivery, InteractionLogEntry
from core.jobs.models import Job
from tests import factories
from tests.support.queries import counted_queries

NEW = "/interactions/new"
POSTPONED = "/postponed-interactions"
GOLF = {"contact_no": "C1", "interaction_template_code": "GOLF"}


@pytest.fixture
def work(committing_engine):
    return lambda: transaction(committing_engine)


@pytest.fixture(autouse=True)
def desk(work):
    with work() as session:
        for code in ("JR", "BC"):
            factories.salesperson(session, code, name=f"Name {code}")
        factories.template(
            session,
            "GOLF",
            description="Golf event",
            unit_cost=8,
            unit_duration=1,
            campaign_no="CP1",
        )
        factories.template(session, "CALL", description="Telephone call")
        factories.campaign(session, "CP1")
        factories.campaign(session, "CP2")
        cronus = factories.company(
            session,
            no="C1",
            name="Cronus",
            salesperson_code="JR",
            email="c1@example.com",
        )
        factories.person(session, cronus, no="P1", name="Anna Berg")


def shown(page, name):
    """The value that a control of the page holds."""
    if select_ := re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', select_[0])
        return chosen[1] if chosen else ""
    control = re.search(rf'<input id="{name}"[^>]*>', page)
    assert control, f"The page has no {name}."
    if 'type="checkbox"' in control[0]:
        return "checked" in control[0]
    return re.search(r'value="([^"]*)"', control[0])[1]


def fill(client, address=f"{NEW}/fill", **form):
    answer = client.post(address, data=form)
    assert answer.status_code == 200
    return answer.text


def form_of(page):
    """What a browser would send of the page, as it stands."""
    names = re.findall(r'<(?:input|select) id="([a-z_]+)"', page)
    values = {name: shown(page, name) for name in names if name != "file"}
    sent = {
        name: "yes" if value is True else value
        for name, value in values.items()
        if value is not False
    }
    hidden = dict(
        re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page)
    )
    return sent | hidden


def entries(work):
    with work() as session:
        return session.scalars(
            select(InteractionLogEntry).order_by(InteractionLogEntry.entry_no)
        ).all()


def test_details_come_with_the_template(client):
    page = client.get(f"{NEW}?contact_no=C1").text
    assert "Cronus" in page
    assert shown(page, "salesperson_code") == "JR"
    assert 'id="date"' not in page

    page = fill(
        client,
        f"{NEW}/fill?contact_no=C1",
        interaction_template_code="GOLF",
        salesperson_code="BC",
        description="",
    )

    assert shown(page, "description") == "Golf event"
    assert shown(page, "campaign_no") == "CP1"
    assert shown(page, "salesperson_code") == "BC"
    assert shown(page, "date") != ""


def test_another_template_brings_its_own_and_takes_back_what_the_first_had_brought(
    client,
):
    first = fill(client, **GOLF, description="Mine")
    assert shown(first, "description") == "Mine"  # it survives the first template

    said = form_of(first) | {"interaction_template_code": "CALL"}
    second = fill(client, **said)

    assert shown(second, "description") == "Telephone call"
    assert shown(second, "campaign_no") == ""
    chosen = form_of(first) | {
        "interaction_template_code": "CALL",
        "campaign_no": "CP2",
    }
    third = fill(client, **chosen)
    assert shown(third, "campaign_no") == "CP2"


def test_a_contact_is_found_by_letters_of_its_name(client):
    page = fill(client, contact_no="berg", salesperson_code="BC")

    assert shown(page, "contact_no") == "P1"
    assert "Anna Berg" in page
    nobody = fill(client, contact_no="Nobody")
    assert shown(nobody, "contact_no") == "Nobody"


def test_it_is_logged_and_how_it_went_is_asked(client, work):
    page = fill(client, **GOLF)

    answer = client.post(NEW, data=form_of(page) | {"log": "yes"})

    (entry,) = entries(work)
    assert answer.status_code == 303
    assert answer.location == f"/interactions/{entry.entry_no}/result"
    assert (entry.description, entry.campaign_no, entry.cost) == (
        "Golf event",
        "CP1",
        8,
    )
    asked = client.get(answer.location).text
    assert f"Interaction {entry.entry_no} is logged." in asked
    told = form_of(asked) | {"evaluation": "positive", "duration": "12.5"}
    assert client.post(answer.location, data=told).status_code == 303
    (entry,) = entries(work)
    assert (entry.evaluation, str(entry.duration)) == (2, "12.50000")
    assert client.post(answer.location, data=told | {"cost": "9"}).status_code == 409


def test_the_same_form_sent_twice_logs_once(client, work):
    once = re.search(r'name="once" value="(\w+)"', client.get(NEW).text)[1]

    places = {client.post(NEW, data=GOLF | {"once": once}).location for _ in range(3)}

    assert len(places) == 1
    assert len(entries(work)) == 1
    client.post(NEW, data=GOLF)
    assert len(entries(work)) == 2


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    client, work
):
    answer = client.post(
        NEW,
        data={"contact_no": "Nobody", "description": "Call", "date": "tomorrow"},
    )

    assert answer.status_code == 422
    assert shown(answer.text, "contact_no") == "Nobody"
    assert shown(answer.text, "description") == "Call"
    assert entries(work) == []
    answer = client.post(NEW, data={"contact_no": "Nobody", "description": "Call"})
    assert "There is no contact NOBODY" in answer.text
    assert "Choose an interaction template" in answer.text


def test_a_file_of_its_own_goes_with_it(client, work):
    file = (BytesIO(b"%PDF mine"), "mine.pdf")

    client.post(NEW, data=GOLF | {"file": file, "postpone": "yes"})

    (entry,) = entries(work)
    address = f"{POSTPONED}/{entry.entry_no}"
    assert "mine.pdf" in client.get(address).text
    assert client.get(f"{address}/attachment").data == b"%PDF mine"
    refused = client.post(
        NEW,
        data=GOLF | {"description": "", "file": (BytesIO(b"%PDF"), "mine.pdf")},
        content_type="multipart/form-data",
    )
    assert "Choose the file again" in refused.text
    wrong = client.post(NEW, data=GOLF | {"file": (BytesIO(b"x"), "mine.exe")})
    assert wrong.status_code == 422


def test_a_postponed_one_is_resumed_and_finished(client, work):
    client.post(NEW, data=GOLF | {"description": "Call back", "postpone": "yes"})
    (entry,) = entries(work)
    assert "Call back" in client.get(POSTPONED).text
    assert "Call back" in client.get("/").text
    page = client.get(f"{POSTPONED}/{entry.entry_no}").text
    assert shown(page, "description") == "Call back"
    assert 'id="contact_no"' not in page  # whom it is with is settled

    again = form_of(page) | {"description": "Called", "postpone": "yes"}
    client.post(f"{POSTPONED}/{entry.entry_no}", data=again)
    page = client.get(f"{POSTPONED}/{entry.entry_no}").text
    done = client.post(f"{POSTPONED}/{entry.entry_no}", data=form_of(page))

    assert done.location == f"/interactions/{entry.entry_no}/result"
    (entry,) = entries(work)
    assert (entry.description, entry.postponed) == ("Called", False)
    late = client.get(f"{POSTPONED}/{entry.entry_no}")
    assert late.location == f"/interaction-log-entries/{entry.entry_no}"
    late = client.post(f"{POSTPONED}/{entry.entry_no}", data=GOLF)
    assert late.location == f"/interaction-log-entries/{entry.entry_no}"


def test_ticked_ones_are_deleted(client, work):
    for description in ("First", "Second"):
        client.post(NEW, data=GOLF | {"description": description, "postpone": "yes"})
    first, second = (entry.entry_no for entry in entries(work))

    assert (
        "Tick the interactions"
        in client.post(f"{POSTPONED}/delete", follow_redirects=True).text
    )
    page = client.post(
        f"{POSTPONED}/delete", data={"entry_no": [first]}, follow_redirects=True
    ).text

    assert "1 postponed interaction is deleted." in page
    assert [entry.entry_no for entry in entries(work)] == [second]


def test_an_e_mail_is_promised_with_the_interaction(client, work, mailbox):
    file = (BytesIO(b"<p>Hello"), "letter.html")

    client.post(NEW, data=GOLF | {"file": file, "correspondence_type": "email"})

    with work() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 1
        assert session.scalars(select(Job.kind)).all() == ["send_mail"]


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("contact_no=C1", "/contacts/C1"),
        ("salesperson_code=BC", "/setup/salespeople/BC"),
        ("campaign_no=CP2", "/campaigns/CP2"),
        ("", "/interaction-log-entries"),
    ],
)
def test_it_leads_back_to_where_it_was_called_from(client, query, back):
    page = client.get(f"{NEW}?{query}").text

    assert f'<a class="button quiet" href="{back}">Cancel</a>' in page


def test_who_is_blocked_for_privacy_gets_no_interaction(client, work):
    with work() as session:
        factories.company(session, no="C2", privacy_blocked=True)

    answer = client.get(f"{NEW}?contact_no=C2")

    assert answer.status_code == 422
    assert "blocked for privacy" in answer.text
    assert f"{NEW}?contact_no=C2" not in client.get("/contacts/C2").text


def test_an_interaction_is_followed_by_another(client, work):
    client.post(NEW, data=GOLF)
    (entry,) = entries(work)
    card = client.get(f"/interaction-log-entries/{entry.entry_no}").text
    assert f"{NEW}?after={entry.entry_no}" in card

    page = client.get(f"{NEW}?after={entry.entry_no}").text

    assert shown(page, "contact_no") == "C1"
    assert client.get(f"{NEW}?after=999").status_code == 200


def test_who_may_only_read_sees_what_is_postponed_and_creates_nothing(
    client, client_as, work
):
    client.post(NEW, data=GOLF | {"postpone": "yes"})
    viewer = client_as("viewer")

    page = viewer.get(POSTPONED).text

    assert "Golf event" in page
    assert "Delete ticked" not in page
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(NEW, data=GOLF).status_code == 403
    assert "Interactions to finish" in viewer.get("/").text
    operator = client_as("operator")
    assert operator.get(POSTPONED).status_code == 403
    assert "Interactions to finish" not in operator.get("/").text


def test_without_scripts_the_form_is_filled_in_by_a_button(client):
    page = client.post(NEW, data=GOLF | {"fill": "yes"}).text

    assert shown(page, "description") == "Golf event"


def test_a_page_of_postponed_ones_asks_as_often_as_a_single_one(
    client, work, committing_engine
):
    def asked() -> int:
        with counted_queries(committing_engine) as queries:
            client.get(POSTPONED)
        return len(queries)

    client.post(NEW, data=GOLF | {"postpone": "yes"})
    of_one = asked()
    for _ in range(5):
        client.post(NEW, data=GOLF | {"postpone": "yes"})

    assert asked() == of_one
    assert "None matches" in client.get(f"{POSTPONED}?contact_no=C9").text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(client, work):
    client.post(NEW, data=GOLF | {"postpone": "yes"})
    (entry,) = entries(work)
    address = f"{POSTPONED}/{entry.entry_no}"
    first, second = (form_of(client.get(address).text) for _ in range(2))
    client.post(address, data=first | {"description": "First", "postpone": "yes"})

    late = client.post(address, data=second | {"description": "Second"})

    assert late.status_code == 409
    assert shown(late.text, "description") == "Second"
    assert entries(work)[0].postponed
    again = client.post(address, data=form_of(late.text))
    assert again.status_code == 303
    assert entries(work)[0].description == "Second"


@pytest.mark.parametrize(
    "name", ["contact_no", "had_interaction_template_code", "description", "once"]
)
@pytest.mark.parametrize("address", [NEW, f"{NEW}/fill"])
def test_a_null_character_is_refused(client, address, name):
    answer = client.post(address, data=GOLF | {name: "a\0b"})

    assert answer.status_code == (422 if address == NEW else 200)
    assert address != NEW or "plain text" in answer.text


def test_an_address_that_names_nobody_leads_nowhere(client):
    assert client.get(f"{NEW}?contact_no=GONE").status_code == 404
    assert (
        client.get(f"{NEW}?contact_no=%00&after=99999999999999999999").status_code
        == 200
    )
    assert client.get(f"{POSTPONED}/999").status_code == 404
    assert client.post(f"{POSTPONED}/999", data=GOLF).status_code == 404
    assert client.get("/interactions/999/result").status_code == 404


@pytest.mark.parametrize(
    ("filters", "locks"),
    [
        ("contact_no=C1&salesperson_code=JR", "contact_no=C1&amp;salesperson_code=JR"),
        ("contact_company_no=C1&campaign_no=CP1", "contact_no=C1&amp;campaign_no=CP1"),
        ("contact_no=NOBODY", ""),
    ],
)
def test_the_list_creates_for_what_it_is_about(client, filters, locks):
    client.post(NEW, data=GOLF | {"salesperson_code": "JR", "campaign_no": "CP1"})

    page = client.get(f"/interaction-log-entries?{filters}").text

    address = f"{NEW}?{locks}" if locks else NEW
    assert f'href="{address}"' in page
