"""Comments on interactions, and what becomes of them with their entries."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.database import transaction
from core.errors import NotFoundError, RefusedError
from core.interactions.comments import (
    add_comment,
    comments_of,
    count_commented,
    replace_comments,
    write_comments,
)
from core.interactions.models import InteractionLogEntry, InteractionLogEntryComment
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries
from core.ledger.entry_filter import entries_matching
from core.ledger.undo_log import undo_log
from core.single_interactions.postponed import delete_postponed
from tests import factories
from tests.support.meanwhile import meanwhile
from tests.support.queries import counted_queries

CANCEL = Change(canceled=True)
DAY = factories.WORK_DATE


def noted(session, entry_no):
    found = comments_of(session, entry_no, limit=100)
    return [(comment.comment, comment.date) for comment in found]


def commented(session):
    comment = InteractionLogEntryComment
    return session.scalars(select(comment.entry_no).order_by(comment.id)).all()


def test_only_the_first_comment_of_a_day_gets_its_date(session, actor, entry_nos):
    first, second, _ = entry_nos
    add_comment(session, actor, first, {"comment": "They called back"})
    add_comment(session, actor, first, {"comment": "They want a visit"})
    add_comment(session, actor, second, {"comment": "Nobody there"})

    assert noted(session, first) == [
        ("They called back", DAY),
        ("They want a visit", None),
    ]
    assert noted(session, second) == [("Nobody there", DAY)]


def test_a_day_that_was_said_counts_and_so_does_none(session, actor, entry_nos):
    yesterday = DAY - timedelta(days=1)
    for day in (yesterday, None, yesterday):
        add_comment(session, actor, entry_nos[0], {"comment": "A", "date": day})
    add_comment(session, actor, entry_nos[0], {"comment": "B"})

    days = [day for _, day in noted(session, entry_nos[0])]
    assert days == [yesterday, None, yesterday, DAY]


def test_a_comment_says_something(session, actor, entry_nos):
    with pytest.raises(RefusedError, match="Comment must have a value"):
        add_comment(session, actor, entry_nos[0], {"comment": "  "})


def test_canceled_entries_are_commented_on_and_postponed_ones_not(
    session, actor, company, logged, entry_nos
):
    set_log_canceled(session, actor, logged, CANCEL)
    add_comment(session, actor, entry_nos[0], {"comment": "Wrong letter"})
    postponed = factories.log_entry(session, company, postponed=True)

    for missing in (postponed, 999_999):
        with pytest.raises(NotFoundError, match=f"no interaction log entry {missing}"):
            add_comment(session, actor, missing, {"comment": "A"})

    assert commented(session) == [entry_nos[0]]


def test_what_was_written_with_a_draft_is_replaced(session, actor, entry_nos):
    entry_no = entry_nos[0]
    write_comments(session, actor, entry_no, [{"comment": "A"}, {"comment": "B"}])
    assert noted(session, entry_no) == [("A", DAY), ("B", None)]

    on = date(2026, 3, 1)
    replace_comments(session, actor, entry_no, [{"comment": "C", "date": on}])

    assert noted(session, entry_no) == [("C", on)]


def test_comments_go_with_their_entries(session, actor, logged, entry_nos):
    for entry_no in entry_nos:
        add_comment(session, actor, entry_no, {"comment": "A"})
    set_log_canceled(session, actor, logged, CANCEL)

    delete_canceled_entries(session, actor, {"entry_no": [entry_nos[0], entry_nos[2]]})

    assert commented(session) == [entry_nos[1]]


def test_deleting_without_comments_costs_one_more_question(
    session, actor, logged, entry_nos
):
    set_log_canceled(session, actor, logged, CANCEL)
    with counted_queries(session.get_bind()) as asked:
        delete_canceled_entries(session, actor, {})

    about = [each for each in asked if "interaction_log_entry_comment" in each]
    assert len(about) == 1


def test_comments_go_with_postponed_interactions(session, actor, company):
    first, second = (
        factories.log_entry(session, company, postponed=True) for _ in range(2)
    )
    for entry_no in (first, second):
        write_comments(session, actor, entry_no, [{"comment": "A"}])

    delete_postponed(session, actor, [first])

    assert commented(session) == [second]


def test_an_undone_log_leaves_its_comments_with_the_entries(
    session, actor, logged, entry_nos
):
    for words in ("A", "B"):
        add_comment(session, actor, entry_nos[1], {"comment": words})
    assert count_commented(session, logged) == 1

    undo_log(session, actor, logged)

    assert commented(session) == [entry_nos[1]] * 2


def test_entries_are_found_by_whether_they_have_comments(session, actor, entry_nos):
    add_comment(session, actor, entry_nos[1], {"comment": "A"})

    def found(filters):
        entry = InteractionLogEntry
        matching = select(entry.entry_no).where(entries_matching(filters))
        return session.scalars(matching.order_by(entry.entry_no)).all()

    assert found({"comment": True}) == [entry_nos[1]]
    assert found({"comment": False}) == [entry_nos[0], entry_nos[2]]
    for nonsense in ("yes", [True], None, {"ne": True}):
        with pytest.raises(RefusedError, match="true or false"):
            found({"comment": nonsense})


@pytest.fixture
def canceled_entry(own_engine):
    with transaction(own_engine) as session:
        company = factories.company(session)
        return factories.log_entry(session, company, canceled=True)


def comment_on(entry_no):
    return lambda session: add_comment(
        session, factories.actor(), entry_no, {"comment": "They called back"}
    )


def delete_canceled(session):
    delete_canceled_entries(session, factories.actor(), {})


def test_a_comment_written_while_its_entry_is_deleted_goes_too(
    own_engine, canceled_entry
):
    meanwhile(own_engine, comment_on(canceled_entry), delete_canceled)

    with transaction(own_engine) as session:
        assert commented(session) == []


def test_nobody_comments_on_an_entry_that_was_just_deleted(own_engine, canceled_entry):
    with pytest.raises(NotFoundError):
        meanwhile(own_engine, delete_canceled, comment_on(canceled_entry))

    with transaction(own_engine) as session:
        assert commented(session) == []
