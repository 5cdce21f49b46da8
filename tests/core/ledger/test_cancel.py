"""Canceling logged segments, campaign entries and entries, and letting them count."""

import pytest
from sqlalchemy import select, text

from core.access.models import AuditEvent
from core.campaigns.models import CampaignEntry
from core.errors import ConflictError, NotFoundError, RefusedError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.interactions.statistics import totals_of_template
from core.ledger import flags as flags_module
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.cancel_entries import set_entries_canceled, set_entry_canceled
from core.ledger.cancel_log import Scope, scope_of, set_log_canceled
from core.ledger.change import Change
from tests import factories

CANCEL = Change(canceled=True, reason="Wrong letter")
REVIVE = Change(canceled=False)


def campaign_entry(session):
    return session.scalars(select(CampaignEntry.entry_no)).one()


def test_a_logged_segment_cancels_all_below_it_and_revives_it(
    session, actor, logged, flags
):
    done = set_log_canceled(session, actor, logged, CANCEL)
    assert (done.entries, done.campaign_entries) == (3, 1)
    assert flags(logged) == (True, [True], [True, True, True])
    assert totals_of_template(session, "GOLF").no_of_interactions == 0

    set_log_canceled(session, actor, logged, REVIVE)

    assert flags(logged) == (False, [False], [False, False, False])
    assert totals_of_template(session, "GOLF").no_of_interactions == 3


def test_canceling_twice_changes_nothing_more(session, actor, logged):
    set_log_canceled(session, actor, logged, CANCEL)

    again = set_log_canceled(session, actor, logged, CANCEL)

    assert (again.entries, again.campaign_entries) == (0, 0)


def test_the_question_tells_what_was_canceled_one_by_one(
    session, actor, logged, entry_nos
):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)
    found = session.get_one(LoggedSegment, logged)
    assert scope_of(session, found) == Scope(entries=2, campaign_entries=1, apart=1)

    set_log_canceled(session, actor, logged, CANCEL)

    session.refresh(found)
    assert scope_of(session, found) == Scope(entries=3, campaign_entries=1, apart=0)


def test_what_was_canceled_one_by_one_counts_again_with_its_logged_segment(
    session, actor, logged, entry_nos, flags
):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)
    set_log_canceled(session, actor, logged, CANCEL)

    done = set_log_canceled(session, actor, logged, REVIVE)

    assert done.entries == 3
    assert flags(logged) == (False, [False], [False] * 3)


def test_the_counts_of_a_logged_segment_follow_its_flag(
    session, actor, logged, entry_nos
):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)
    assert session.get_one(LoggedSegment, logged).no_counted == 2

    set_log_canceled(session, actor, logged, CANCEL)

    assert session.get_one(LoggedSegment, logged).no_counted == 3


def test_a_number_that_has_changed_since_it_was_seen_is_refused(session, actor, logged):
    with pytest.raises(RefusedError, match="3 entries would be canceled now"):
        set_log_canceled(session, actor, logged, Change(canceled=True, expected=4))


def test_a_campaign_entry_cancels_its_interactions_and_not_the_logged_segment(
    session, actor, logged, flags
):
    number = campaign_entry(session)

    assert set_campaign_entry_canceled(session, actor, "CP1", number, CANCEL) == 2
    assert flags(logged) == (False, [True], [True, False, True])

    assert set_campaign_entry_canceled(session, actor, "CP1", number, REVIVE) == 2
    assert flags(logged) == (False, [False], [False] * 3)


def test_an_entry_is_canceled_and_counts_again(
    session, actor, logged, entry_nos, flags
):
    set_entry_canceled(session, actor, entry_nos[1], CANCEL)
    assert flags(logged) == (False, [False], [False, True, False])

    set_entry_canceled(session, actor, entry_nos[1], REVIVE)
    assert flags(logged) == (False, [False], [False] * 3)


def test_an_entry_stays_canceled_with_its_logged_segment(
    session, actor, logged, entry_nos
):
    set_log_canceled(session, actor, logged, CANCEL)

    with pytest.raises(ConflictError) as refused:
        set_entry_canceled(session, actor, entry_nos[1], REVIVE)

    assert refused.value.code == "E-PARENT-CANCELED"
    assert refused.value.links == {"logged_segment": str(logged)}


@pytest.mark.parametrize("place", [0, 2])
def test_an_entry_stays_canceled_with_its_campaign_entry(
    session, actor, entry_nos, place
):
    set_campaign_entry_canceled(session, actor, "CP1", campaign_entry(session), CANCEL)

    with pytest.raises(ConflictError, match="is canceled, and stays canceled with it"):
        set_entry_canceled(session, actor, entry_nos[place], REVIVE)


def test_an_entry_of_no_log_is_canceled_too(session, actor, company):
    entry_no = factories.log_entry(session, company)

    set_entry_canceled(session, actor, entry_no, CANCEL)

    assert session.get_one(InteractionLogEntry, entry_no).canceled


def test_a_postponed_entry_is_none(session, actor, company):
    entry_no = factories.log_entry(session, company, postponed=True)

    with pytest.raises(NotFoundError):
        set_entry_canceled(session, actor, entry_no, CANCEL)
    assert (
        set_entries_canceled(session, actor, {}, Change(canceled=True, expected=0)) == 0
    )


def test_all_that_match_are_canceled_at_once(session, actor, logged, flags):
    done = set_entries_canceled(session, actor, {"campaign_no": "CP1"}, CANCEL)

    assert done == 2
    assert flags(logged) == (False, [False], [True, False, True])


def test_the_selected_entries_are_canceled(session, actor, logged, entry_nos, flags):
    ticked = {"entry_no": [str(number) for number in entry_nos[:2]]}

    assert set_entries_canceled(session, actor, ticked, CANCEL) == 2
    assert flags(logged) == (False, [False], [True, True, False])


def test_entries_are_found_by_their_contact(session, actor, logged, company, flags):
    of_company = {"contact_company_no": [company.no]}
    assert set_entries_canceled(session, actor, {"contact_no": "NOBODY"}, CANCEL) == 0
    assert set_entries_canceled(session, actor, of_company, CANCEL) == 3
    assert flags(logged)[2] == [True] * 3


def test_no_entry_is_revived_below_a_canceled_logged_segment(session, actor, logged):
    set_log_canceled(session, actor, logged, CANCEL)

    with pytest.raises(ConflictError, match="3 of these entries belong"):
        set_entries_canceled(session, actor, {"campaign_no": {"ne": "X"}}, REVIVE)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"shoe_size": "44"}, "no field to filter by"),
        ({"entry_no": "x"}, "Expected a whole number"),
        ({"date": "yesterday"}, "Expected a date"),
        ({"contact_no": 7}, "Expected a text"),
        ({"campaign_no": None}, "Expected a text"),
    ],
)
def test_a_filter_that_is_none_is_refused(session, actor, logged, filters, words):
    with pytest.raises(RefusedError, match=words) as refused:
        set_entries_canceled(session, actor, filters, CANCEL)

    assert [fault.field for fault in refused.value.faults] == [*filters]


def test_every_change_leaves_its_reason_behind(session, actor, logged, entry_nos):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)
    set_log_canceled(session, actor, logged, CANCEL)
    set_log_canceled(session, actor, logged, REVIVE)
    set_campaign_entry_canceled(session, actor, "CP1", campaign_entry(session), CANCEL)
    set_entries_canceled(session, actor, {"campaign_no": "CP1"}, CANCEL)

    rows = session.execute(
        select(AuditEvent.action, AuditEvent.detail["reason"].astext).order_by(
            AuditEvent.id
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("interaction_log_entry.cancel", "Wrong letter"),
        ("logged_segment.cancel", "Wrong letter"),
        ("logged_segment.uncancel", ""),
        ("campaign_entry.cancel", "Wrong letter"),
        ("interaction_log_entry.cancel", "Wrong letter"),
    ]


@pytest.mark.parametrize(("most_at_once", "is_told"), [(2, True), (3, False)])
def test_the_planner_hears_of_many_entries_that_changed(
    session, actor, logged, monkeypatch, most_at_once, is_told
):
    """Else it would read every canceled entry to find the few of a contact."""
    monkeypatch.setattr(flags_module, "AT_ONCE", most_at_once)

    set_log_canceled(session, actor, logged, CANCEL)

    canceled_in_all = session.scalar(
        text(
            "SELECT most_common_vals::text FROM pg_stats"
            " WHERE tablename = 'interaction_log_entry' AND attname = 'canceled'"
        )
    )
    assert (canceled_in_all == "{t}") == is_told
