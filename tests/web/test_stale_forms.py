"""The same form in two windows: the second to be saved is told, and overwrites nothing."""

import pytest

from core.commands.seed import seed
from core.contacts.alternative_addresses import add_address
from core.contacts.comments import add_comment
from core.database import transaction
from tests import factories
from tests.support.pages import hidden

LINES = "/setup/profile-questionnaires/Q/lines"
FORMS = {
    "/setup/territories/NORTH": {"description": "Typed text"},
    "/setup/salespeople/AB": {"name": "Typed text"},
    "/setup/interaction-groups/LETTER": {"description": "Typed text"},
    "/contacts/K1/addresses/HOME": {"city": "Typed text"},
    "/contacts/K1/comments/1": {"comment": "Typed text"},
    f"{LINES}/10000": {"type": "question", "description": "Typed text"},
}


@pytest.fixture
def installation(client, committing_engine):
    with transaction(committing_engine) as session:
        seed(session)
        factories.company(session, no="K1")
        add_address(session, factories.actor(), "K1", "HOME", {"city": "Bonn"})
        made = add_comment(session, factories.actor(), "K1", {"comment": "Hello"})
    client.post("/setup/profile-questionnaires/new", data={"code": "Q"})
    line = {"type": "question", "description": "How often?"}
    client.post(f"{LINES}/new", data=line)
    return {"/contacts/K1/comments/1": f"/contacts/K1/comments/{made.id}"}


@pytest.mark.parametrize(("page", "typed"), FORMS.items())
def test_a_form_that_somebody_was_faster_with_comes_back_as_it_was_typed(
    client, installation, page, typed
):
    page = installation.get(page, page)
    opened = {"version": hidden(client.get(page).text, "version")}
    others = {name: text.replace("Typed", "Other") for name, text in typed.items()}
    assert client.post(page, data=others | opened).status_code == 303

    refused = client.post(page, data=typed | opened)

    assert refused.status_code == 409
    assert "Somebody has changed this since you opened it." in refused.text
    assert 'value="Typed text"' in refused.text
    assert 'value="Other text"' in client.get(page).text
    again = {"version": hidden(refused.text, "version")}
    assert client.post(page, data=typed | again).status_code == 303
    assert 'value="Typed text"' in client.get(page).text
