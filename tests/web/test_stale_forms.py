"""The same form in two windows: the second to be saved is told, and overwrites nothing."""

import pytest

from core.access import users
from core.commands.seed import seed
from core.contacts.alternative_addresses import add_address
from core.contacts.comments import add_comment
from core.database import transaction
from core.numbering.draw_number import draw_number
from tests import factories
from tests.support.pages import hidden, shown

LINES = "/setup/profile-questionnaires/Q/lines"
USER = "/setup/users/BERT"
COMMENT = "/contacts/K1/comments/1"
NUMBERS = "/setup/number-series/CONT/lines/10000"
WORDS = ("Typed text", "Other text")

# The field that both change, what they make of it, and what the form needs besides.
FORMS = {
    "/setup/territories/NORTH": ("description", *WORDS, {}),
    "/setup/salespeople/AB": ("name", *WORDS, {}),
    "/setup/interaction-groups/LETTER": ("description", *WORDS, {}),
    "/setup/salutations/F/formulas/formal": ("text", *WORDS, {}),
    "/setup/interaction-templates/GOLF/languages/DEU": ("description", *WORDS, {}),
    "/setup/marketing": ("search_hit_percent", "61", "62", {}),
    "/contacts/K1/addresses/HOME": ("city", *WORDS, {}),
    COMMENT: ("comment", *WORDS, {}),
    f"{LINES}/10000": ("description", *WORDS, {"type": "question"}),
    NUMBERS: ("warning_no", "CT61", "CT62", {"starting_no": "CT01"}),
    USER: ("role", "viewer", "operator", {}),
}


@pytest.fixture
def installation(client, committing_engine):
    bert = users.NewUser("bert", "walnuts on the roof", "marketer")
    with transaction(committing_engine) as session:
        seed(session)
        factories.template_language(session, "GOLF", "DEU")
        factories.company(session, no="K1")
        add_address(session, factories.actor(), "K1", "HOME", {"city": "Bonn"})
        made = add_comment(session, factories.actor(), "K1", {"comment": "Hello"})
        user = users.add_user(session, factories.actor(), bert)
    client.post("/setup/profile-questionnaires/new", data={"code": "Q"})
    line = {"type": "question", "description": "How often?"}
    client.post(f"{LINES}/new", data=line)
    return {
        COMMENT: f"/contacts/K1/comments/{made.id}",
        USER: f"/setup/users/{user.id}",
    }


@pytest.mark.parametrize("page", FORMS)
def test_a_form_that_somebody_was_faster_with_comes_back_as_it_was_typed(
    client, installation, page
):
    field, typed, other, rest = FORMS[page]
    page = installation.get(page, page)
    form = rest | {"version": hidden(client.get(page).text, "version")}
    assert client.post(page, data=form | {field: other}).status_code == 303

    refused = client.post(page, data=form | {field: typed})

    assert refused.status_code == 409
    assert "Somebody has changed this since you opened it." in refused.text
    assert shown(refused.text, field) == typed
    assert shown(client.get(page).text, field) == other
    again = form | {"version": hidden(refused.text, "version")}
    assert client.post(page, data=again | {field: typed}).status_code == 303
    assert shown(client.get(page).text, field) == typed


def test_numbers_that_were_given_since_a_line_was_opened_are_not_taken_back(
    client, installation, committing_engine
):
    opened = client.get(NUMBERS).text
    form = {name: shown(opened, name) for name in ("starting_no", "last_no_used")}
    form["version"] = hidden(opened, "version")
    with transaction(committing_engine) as session:
        given, _ = draw_number(session, "contact_nos", factories.actor().work_date)

    refused = client.post(NUMBERS, data=form)

    assert refused.status_code == 409
    assert shown(client.get(NUMBERS).text, "last_no_used") == given
