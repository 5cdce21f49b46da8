"""Saying how interactions went, afterwards (INT-080)."""

import pytest
from sqlalchemy import select

from core.access.models import AuditEvent
from core.errors import NotFoundError, RefusedError
from core.interactions.models import InteractionLogEntry
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.evaluate_entries import (
    Verdict,
    count_meant,
    evaluate_entries,
    evaluate_entry,
)
from core.ledger.undo_log import undo_log
from core.segments.models import SegmentLine
from core.vocabulary import Evaluation
from tests import factories

POSITIVE = Verdict(Evaluation.POSITIVE, reason="They called back")
BLANK = Verdict(Evaluation.BLANK)


@pytest.fixture
def said(session):
    def said():
        session.expire_all()
        entry = InteractionLogEntry
        found = select(entry.evaluation).order_by(entry.entry_no)
        return [Evaluation(each).name for each in session.scalars(found)]

    return said


def test_an_entry_is_evaluated_and_the_reason_kept(session, actor, entry_nos, said):
    evaluate_entry(session, actor, entry_nos[1], POSITIVE)

    assert said() == ["BLANK", "POSITIVE", "BLANK"]
    session.flush()
    told = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert told.action == "interaction_log_entry.evaluate"
    assert told.subject == str(entry_nos[1])
    assert told.detail == {"evaluation": "positive", "reason": "They called back"}


def test_saying_the_same_twice_changes_nothing_more(session, actor, entry_nos):
    evaluate_entry(session, actor, entry_nos[1], POSITIVE)
    session.flush()
    rows = select(AuditEvent.id)
    before = session.scalars(rows).all()

    evaluate_entry(session, actor, entry_nos[1], POSITIVE)

    session.flush()
    assert session.scalars(rows).all() == before


def test_all_that_match_are_evaluated_and_those_that_differed_counted(
    session, actor, logged, entry_nos, said
):
    evaluate_entry(session, actor, entry_nos[0], POSITIVE)
    of_log = {"logged_segment_entry_no": logged}

    assert count_meant(session, of_log) == 3
    verdict = Verdict(Evaluation.POSITIVE, expected=3)
    assert evaluate_entries(session, actor, of_log, verdict) == 2

    assert said() == ["POSITIVE"] * 3


def test_what_was_said_before_may_be_the_filter(session, actor, entry_nos, said):
    evaluate_entry(session, actor, entry_nos[0], POSITIVE)
    verdict = Verdict(Evaluation.VERY_NEGATIVE, expected=1)

    changed = evaluate_entries(session, actor, {"evaluation": ["positive"]}, verdict)

    assert changed == 1
    assert said() == ["VERY_NEGATIVE", "BLANK", "BLANK"]


def test_canceled_entries_are_evaluated_too(session, actor, logged, said):
    set_log_canceled(session, actor, logged, Change(canceled=True))

    assert evaluate_entries(session, actor, {"canceled": True}, POSITIVE) == 3

    assert said() == ["POSITIVE"] * 3


def test_blank_is_no_evaluation(session, actor, entry_nos, said):
    evaluate_entry(session, actor, entry_nos[0], POSITIVE)

    with pytest.raises(RefusedError, match="Choose how the interactions went"):
        evaluate_entry(session, actor, entry_nos[0], BLANK)
    with pytest.raises(RefusedError, match="Choose how the interactions went"):
        evaluate_entries(session, actor, {"entry_no": entry_nos}, BLANK)

    assert said() == ["POSITIVE", "BLANK", "BLANK"]


def test_postponed_interactions_are_left_alone(
    session, actor, company, entry_nos, said
):
    postponed = factories.log_entry(session, company, postponed=True)

    with pytest.raises(NotFoundError):
        evaluate_entry(session, actor, postponed, POSITIVE)
    everything = {"entry_no": [*entry_nos, postponed]}
    assert evaluate_entries(session, actor, everything, POSITIVE) == 3

    assert said() == ["POSITIVE"] * 3 + ["BLANK"]


def test_another_number_than_was_seen_changes_nothing(session, actor, entry_nos, said):
    verdict = Verdict(Evaluation.NEUTRAL, expected=2)

    with (
        pytest.raises(RefusedError, match="3 entries would be evaluated now"),
        session.begin_nested(),
    ):
        evaluate_entries(session, actor, {"entry_no": entry_nos}, verdict)

    assert said() == ["BLANK"] * 3


def test_everything_is_meant_only_by_whoever_counted_it(session, actor, entry_nos):
    with pytest.raises(RefusedError, match="Without a filter"):
        evaluate_entries(session, actor, {}, POSITIVE)

    assert evaluate_entries(session, actor, {}, Verdict(Evaluation.NEUTRAL, expected=3))


def test_an_undone_log_leaves_what_was_said_with_its_entries(
    session, actor, logged, entry_nos, said
):
    evaluate_entry(session, actor, entry_nos[0], POSITIVE)

    undo_log(session, actor, logged)

    assert said() == ["POSITIVE", "BLANK", "BLANK"]
    assert set(session.scalars(select(SegmentLine.evaluation))) == {None}
    # The entries of an undone log are history like any other.
    evaluate_entry(session, actor, entry_nos[1], POSITIVE)
    assert said() == ["POSITIVE", "POSITIVE", "BLANK"]
