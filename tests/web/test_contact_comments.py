"""Comments on the page of a contact."""

from datetime import date

import pytest
from sqlalchemy import select

from core.contacts.models import ContactComment
from core.database import transaction
from tests import factories
from tests.support.queries import counted_queries

PAGE = "/contacts/ANNA"


@pytest.fixture
def anna(committing_engine):
    with transaction(committing_engine) as session:
        return factories.person(session, no="ANNA", name="Anna Berg").id


@pytest.fixture
def stored(anna, committing_engine):
    def read():
        with transaction(committing_engine) as session:
            return session.scalars(
                select(ContactComment).order_by(ContactComment.id)
            ).all()

    return read


def note(committing_engine, contact_id, *words):
    with transaction(committing_engine) as session:
        for text in words:
            comment = ContactComment(
                contact_id=contact_id, date=date(2026, 5, 4), comment=text
            )
            session.add(comment)
            session.flush()
        return comment.id


def test_a_comment_is_added_and_told_in_the_timeline(client, stored):
    form = {"comment": "Prefers mornings", "date": "2026-03-01"}
    answer = client.post(f"{PAGE}/comments", data=form)

    assert answer.status_code == 303
    (comment,) = stored()
    assert (comment.comment, comment.date) == ("Prefers mornings", date(2026, 3, 1))
    assert comment.written_by
    only = client.get(f"{PAGE}?kind=comments").text
    assert only.count("Prefers mornings") == 2
    assert client.get(f"{PAGE}?kind=mergers").text.count("Prefers mornings") == 1


def test_a_refused_comment_keeps_what_was_typed(client, stored):
    form = {"comment": "Typed text", "date": "someday"}
    answer = client.post(f"{PAGE}/comments", data=form)

    assert answer.status_code == 422
    assert "Typed text" in answer.text
    assert stored() == []


def test_a_comment_is_changed_and_deleted(client, anna, stored, committing_engine):
    number = note(committing_engine, anna, "Old text")
    page = f"{PAGE}/comments/{number}"
    assert "Old text" in client.get(page).text

    refused = client.post(page, data={"comment": "", "date": "2026-03-01"})
    client.post(page, data={"comment": "New text", "date": "2026-03-02"})

    assert refused.status_code == 422
    (comment,) = stored()
    assert (comment.comment, comment.date) == ("New text", date(2026, 3, 2))
    assert client.post(f"{page}/delete").status_code == 303
    assert stored() == []
    assert client.get(page).status_code == 404


def test_a_viewer_reads_comments_and_writes_none(client_as, anna, committing_engine):
    number = note(committing_engine, anna, "Prefers mornings")
    client = client_as("viewer")

    page = client.get(PAGE).text
    assert "Prefers mornings" in page
    assert "Add comment" not in page
    assert client.post(f"{PAGE}/comments", data={"comment": "B"}).status_code == 403
    assert client.get(f"{PAGE}/comments/{number}").status_code == 403


def test_many_comments_cost_no_more_statements(client, anna, committing_engine):
    note(committing_engine, anna, "First")
    with counted_queries(committing_engine) as few:
        client.get(PAGE)
    note(committing_engine, anna, *(f"Note {number}" for number in range(30)))

    with counted_queries(committing_engine) as many:
        page = client.get(PAGE).text

    assert len(many) == len(few)
    assert "All of them" in page
