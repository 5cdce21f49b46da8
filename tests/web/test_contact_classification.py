"""The part of a contact's page that says what it is sorted by."""

import pytest
from sqlalchemy import select

from core.commands.seed import seed
from core.contacts.classification.models import (
    ContactBusinessRelation,
    ContactMailingGroup,
    ContactProfileAnswer,
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.database import transaction
from core.setup.queries import marketing_setup
from tests import factories


@pytest.fixture
def stored(committing_engine):
    """A company C1 with a person P1, and one question; reads what was kept."""

    def read(model):
        with transaction(committing_engine) as session:
            return session.scalars(select(model)).all()

    with transaction(committing_engine) as session:
        seed(session)
        company = factories.company(session, no="C1")
        factories.person(session, company, no="P1")
        session.add(ProfileQuestionnaire(code="Q"))
        session.flush()
        for line_no, kind, words in ((10, 0, "Size?"), (20, 1, "Small")):
            session.add(
                ProfileQuestionnaireLine(
                    questionnaire_code="Q",
                    line_no=line_no,
                    type=kind,
                    description=words,
                )
            )
    return read


def test_a_group_is_added_and_removed(client, stored):
    client.post("/contacts/C1/classification/mailing-groups", data={"code": "CARD"})
    assert [link.code for link in stored(ContactMailingGroup)] == ["CARD"]

    client.post("/contacts/C1/classification/mailing-groups/CARD/delete")
    assert stored(ContactMailingGroup) == []


def test_a_relation_comes_with_its_number(client, stored):
    form = {"code": "CUST", "link_to_table": "customer", "no": "10"}

    answer = client.post("/contacts/C1/classification/business-relations", data=form)

    assert answer.status_code == 303
    assert [relation.no for relation in stored(ContactBusinessRelation)] == ["10"]
    assert "Customer" in client.get("/contacts/C1").text


@pytest.mark.case("CONT-053")
@pytest.mark.case("CONT-054")
def test_a_person_is_an_employee_of_the_books_and_nothing_else(client, stored):
    client.post(
        "/contacts/C1/classification/business-relations", data={"code": "PRESS"}
    )
    way = "/contacts/P1/classification/business-relations"
    form = {"code": "CUST", "link_to_table": "employee", "no": "7"}

    client.post(way, data=form)

    page = client.get("/contacts/P1").text
    assert "Employee 7" in page
    assert f"{way}/CUST/delete" in page
    assert f"{way}/PRESS/delete" not in page
    assert 'value="customer"' not in page
    client.post(f"{way}/CUST/delete")
    assert [relation.code for relation in stored(ContactBusinessRelation)] == ["PRESS"]


def test_a_refused_relation_keeps_what_was_typed(client, stored):
    form = {"code": "CUST", "link_to_table": "customer", "no": "10"}
    way = "/contacts/C1/classification/business-relations"
    client.post(way, data=form)

    refused = client.post(way, data=form | {"code": "PRESS", "no": "11-typed"})

    assert refused.status_code == 409
    assert 'value="11-typed"' in refused.text
    assert '<option value="PRESS" selected>' in refused.text
    assert '<option value="customer" selected>' in refused.text


def test_an_answer_is_given_and_withdrawn(client, stored):
    client.post("/contacts/C1/classification/answers", data={"answer": "Q/20"})
    assert [given.line_no for given in stored(ContactProfileAnswer)] == [20]

    client.post("/contacts/C1/classification/answers/Q/20/delete")
    assert stored(ContactProfileAnswer) == []


def test_a_person_shows_its_companys_groups_without_changing_them(client, stored):
    client.post("/contacts/C1/classification/industry-groups", data={"code": "PRESS"})

    page = client.get("/contacts/P1").text

    assert "Newspapers" in page
    assert "/contacts/P1/classification/industry-groups" not in page


def test_a_refusal_is_told_on_the_page(client, stored):
    address = "/contacts/P1/classification/industry-groups"

    answer = client.post(address, data={"code": "PRESS"})

    assert answer.status_code == 422
    assert "Only companies have industry groups" in answer.text


def test_a_viewer_is_offered_no_changes(client_as, client, stored):
    client.post("/contacts/C1/classification/mailing-groups", data={"code": "CARD"})

    page = client_as("viewer").get("/contacts/C1").text

    assert "greetings" in page
    assert "Add mailing group" not in page


def test_questions_and_answers_are_kept_on_pages(client, stored):
    address = "/setup/profile-questionnaires/Q"

    client.post(f"{address}/lines/new", data={"type": "answer", "description": "Big"})
    refused = client.post(f"{address}/lines/new", data={"type": "answer"})

    assert "Big" in client.get(address).text
    assert refused.status_code == 422
    client.post(f"{address}/lines/10020/delete")
    assert "Big" not in client.get(address).text


def test_a_relation_kept_for_the_books_is_refused_and_the_page_says_why(
    client, stored, committing_engine
):
    with transaction(committing_engine) as session:
        marketing_setup(session).business_relation_code_for_customers = "CUST"
    way = "/contacts/C1/classification/business-relations"

    refused = client.post(way, data={"code": "CUST"})
    client.post(way, data={"code": "CUST", "link_to_table": "customer", "no": "10"})

    assert refused.status_code == 422
    assert "give it with the number of a customer" in refused.text
    assert "<dd>Customer</dd>" in client.get("/contacts/C1").text


def test_answers_that_interactions_give_are_not_offered(
    client, stored, committing_engine
):
    assert 'value="Q/20"' in client.get("/contacts/C1").text
    with transaction(committing_engine) as session:
        session.get_one(ProfileQuestionnaireLine, ("Q", 10)).class_field = 1

    assert 'value="Q/20"' not in client.get("/contacts/C1").text
