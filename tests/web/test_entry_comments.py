"""Comments on the page of an interaction."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from core.database import transaction
from core.interactions.models import InteractionLogEntryComment
from tests import factories
from tests.support.queries import counted_queries

LIST = "/interaction-log-entries"


@pytest.fixture
def work(committing_engine):
    return lambda: transaction(committing_engine)


@pytest.fixture
def page(work):
    """The page of the first of two interactions."""
    with work() as session:
        anna = factories.person(session, no="ANNA", name="Anna Berg")
        entry_no = factories.log_entry(session, anna, description="Golf letter")
        factories.log_entry(session, anna, description="Price list")
        return f"{LIST}/{entry_no}"


@pytest.fixture
def stored(work):
    def read():
        comment = InteractionLogEntryComment
        with work() as session:
            return session.scalars(select(comment).order_by(comment.id)).all()

    return read


@pytest.fixture
def note(work, page):
    def note(*words):
        with work() as session:
            for text in words:
                comment = InteractionLogEntryComment(
                    entry_no=int(page.rpartition("/")[2]),
                    date=date(2026, 5, 4),
                    comment=text,
                )
                session.add(comment)
                session.flush()
            return comment.id

    return note


def proposed(client, page):
    """The date in the form for a new comment."""
    return re.search(r'name="date" type="date" value="([^"]*)"', client.get(page).text)[
        1
    ]


def test_a_comment_is_added_and_counted(client, page, stored):
    form = {"comment": "They called back", "date": "2026-03-01"}

    answer = client.post(f"{page}/comments", data=form)

    assert answer.location == f"{page}#comments"
    (comment,) = stored()
    assert (comment.comment, comment.date) == ("They called back", date(2026, 3, 1))
    assert comment.written_by
    shown = client.get(page).text
    assert "They called back" in shown
    assert 'Comments <span class="muted">1</span>' in shown


def test_a_second_comment_of_a_day_is_proposed_without_it(client, page, stored):
    work_date = proposed(client, page)
    client.post(f"{page}/comments", data={"comment": "First"})

    assert proposed(client, page) == ""
    client.post(f"{page}/comments", data={"comment": "Second", "date": ""})

    first, second = stored()
    assert (str(first.date), second.date) == (work_date, None)
    assert client.get(page).status_code == 200


def test_a_refused_comment_keeps_what_was_typed(client, page, stored):
    form = {"comment": "Typed text", "date": "someday"}
    answer = client.post(f"{page}/comments", data=form)

    assert answer.status_code == 422
    assert "Typed text" in answer.text
    assert stored() == []
    assert client.post(f"{LIST}/999/comments", data={"comment": "A"}).status_code == 404


def test_a_comment_is_changed_and_deleted(client, page, note, stored):
    comment = f"{page}/comments/{note('Old text')}"
    assert "Old text" in client.get(comment).text

    refused = client.post(comment, data={"comment": "", "date": "2026-03-01"})
    client.post(comment, data={"comment": "New text", "date": ""})

    assert refused.status_code == 422
    (found,) = stored()
    assert (found.comment, found.date) == ("New text", None)
    other = comment.replace(page, f"{LIST}/2")
    assert client.get(other).status_code == 404
    assert client.post(f"{other}/delete").status_code == 404
    assert client.post(f"{comment}/delete").location == f"{page}#comments"
    assert stored() == []
    assert client.get(comment).status_code == 404


def test_nobodys_change_is_overwritten(client, page, note, stored):
    comment = f"{page}/comments/{note('Old text')}"
    (version,) = [
        part.partition('"')[0]
        for part in client.get(comment).text.split('name="version" value="')[1:]
    ]
    client.post(comment, data={"comment": "Hers"})

    answer = client.post(comment, data={"comment": "Mine", "version": version})

    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert stored()[0].comment == "Hers"


def test_a_viewer_reads_comments_and_writes_none(client_as, page, note):
    number = note("They called back")
    client = client_as("viewer")

    shown = client.get(page).text
    assert "They called back" in shown
    assert "Add comment" not in shown
    assert client.post(f"{page}/comments", data={"comment": "B"}).status_code == 403
    assert client.get(f"{page}/comments/{number}").status_code == 403


def test_many_comments_cost_no_more_statements_and_are_read_in_pages(
    client, page, note, committing_engine
):
    note("First note")
    with counted_queries(committing_engine) as few:
        client.get(page)
    number = note(*(f"Note {number:02}" for number in range(24)))

    with counted_queries(committing_engine) as many:
        shown = client.get(page).text

    assert len(many) == len(few)
    assert "First note" not in shown
    assert shown.index("Note 04") < shown.index("Note 23")
    assert "Note 03" not in shown
    earlier = f"{page}?before={number - 19}"
    assert earlier in shown
    assert "First note" in client.get(earlier).text


def test_the_list_marks_and_finds_what_was_commented_on(
    client, note, committing_engine
):
    with counted_queries(committing_engine) as few:
        assert "has comments" not in client.get(LIST).text
    note("They called back")

    with counted_queries(committing_engine) as many:
        assert client.get(LIST).text.count("has comments") == 1
    assert len(many) == len(few)
    with_some = client.get(f"{LIST}?comment=yes").text
    assert "Golf letter" in with_some
    assert "Price list" not in with_some
    without = client.get(f"{LIST}?comment=no").text
    assert "Golf letter" not in without
    assert "Price list" in without
