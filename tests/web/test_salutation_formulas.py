"""The pages of salutation formulas."""

import pytest
from sqlalchemy import select

from core.access.models import AuditEvent
from core.commands.seed import seed
from core.database import transaction
from core.setup.models import SalutationFormula
from tests import factories

PAGE = "/setup/salutations/F"
FORMAL = f"{PAGE}/formulas/formal"


@pytest.fixture
def stored(committing_engine):
    def read(*key):
        with transaction(committing_engine) as session:
            return session.get(SalutationFormula, key)

    with transaction(committing_engine) as session:
        seed(session)
    return read


def test_the_page_of_a_salutation_shows_its_formulas_with_an_example(client, stored):
    page = client.get(PAGE).text

    assert "Dear Ms. %1," in page
    assert "Dear Ms. Berg," in page


def test_a_formula_is_added(client, stored):
    form = {
        "type": "formal",
        "language_code": "DEU",
        "text": "Sehr geehrte Frau %1,",
        "name_1": "surname",
    }
    answer = client.post(f"{PAGE}/formulas/new", data=form)

    assert answer.headers["Location"] == PAGE
    assert "Sehr geehrte Frau Berg," in client.get(PAGE).text
    assert client.get(f"{PAGE}/formulas/formal-DEU").status_code == 200


def test_a_taken_formula_keeps_what_was_typed(client, stored):
    form = {"type": "formal", "text": "Typed text"}
    answer = client.post(f"{PAGE}/formulas/new", data=form)

    assert answer.status_code == 409
    assert "There is already a formula of salutation F formal." in answer.text
    assert "Typed text" in answer.text


def test_a_refused_change_keeps_what_was_typed(client, stored):
    answer = client.post(FORMAL, data={"text": "Typed " * 10})

    assert answer.status_code == 422
    assert "Typed Typed" in answer.text
    assert stored("F", "", 0).text == "Dear Ms. %1,"


def test_a_formula_is_changed_and_deleted_and_both_are_audited(
    client, stored, committing_engine
):
    client.post(FORMAL, data={"text": "Madam %1,", "name_1": "job_title"})
    changed = stored("F", "", 0)
    client.post(f"{FORMAL}/delete")

    assert (changed.text, changed.name_1) == ("Madam %1,", 1)
    assert stored("F", "", 0) is None
    with transaction(committing_engine) as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
        audited = list(actions)
    assert audited == [
        "salutation_formula.change",
        "salutation_formula.delete",
    ]


def test_a_viewer_reads_formulas_and_changes_none(client_as, stored):
    client = client_as("viewer")

    assert "Dear Ms. Berg," in client.get(PAGE).text
    assert client.post(FORMAL, data={"text": "Hey"}).status_code == 403
    assert client.get(f"{PAGE}/formulas/new").status_code == 403


@pytest.mark.parametrize("key", ["casual", "formal-XXX", "informal-", "-"])
def test_a_formula_that_is_not_there_is_not_found(client, stored, key):
    answer = client.get(f"/setup/salutations/COMPANY/formulas/{key}")

    assert answer.status_code == 404


def test_the_page_of_a_contact_greets_it(client, stored, committing_engine):
    with transaction(committing_engine) as session:
        factories.person(
            session, no="ANNA", name="Anna Berg", surname="Berg", salutation_code="F"
        )

    assert "Dear Ms. Berg," in client.get("/contacts/ANNA").text
