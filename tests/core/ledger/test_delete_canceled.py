"""Deleting what is canceled, and only that."""

import pytest
from sqlalchemy import func, select

from core.campaigns.models import CampaignEntry, CampaignTarget
from core.errors import ConflictError, RefusedError
from core.interactions.models import (
    Delivery,
    InteractionLogEntry,
    LoggedLine,
    LoggedSegment,
)
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.cancel_entries import set_entry_canceled
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries, delete_canceled_logs
from core.segments.activate_campaign import activate_campaign
from core.segments.models import Segment
from tests import factories
from tests.core.segments.logging import log

CANCEL = Change(canceled=True)
REVIVE = Change(canceled=False)


def number_of(session, table):
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_only_canceled_entries_are_deleted(session, actor, logged, entry_nos, flags):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)

    assert delete_canceled_entries(session, actor, {}) == 1

    assert flags(logged) == (False, [False], [False, False])
    assert session.get_one(LoggedSegment, logged).no_deleted == 1


def test_what_an_entry_owed_goes_with_it_and_stays_with_others(
    session, actor, logged, entry_nos
):
    for entry_no in entry_nos:
        session.add(
            Delivery(entry_no=entry_no, logged_segment_entry_no=logged, state=1)
        )
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)

    delete_canceled_entries(session, actor, {})

    assert session.scalars(select(Delivery.entry_no)).all() == entry_nos[1:]


def test_a_deleted_log_leaves_what_its_entries_owed(session, actor, logged, entry_nos):
    session.add(
        Delivery(entry_no=entry_nos[0], logged_segment_entry_no=logged, state=1)
    )
    set_log_canceled(session, actor, logged, CANCEL)

    delete_canceled_logs(session, actor, {})

    session.expire_all()
    assert session.get_one(Delivery, entry_nos[0]).logged_segment_entry_no is None


def test_a_filter_narrows_what_is_deleted(session, actor, logged, entry_nos):
    set_log_canceled(session, actor, logged, CANCEL)

    assert delete_canceled_entries(session, actor, {"campaign_no": "CP1"}) == 2
    assert delete_canceled_entries(session, actor, {"entry_no": entry_nos[0]}) == 0
    assert number_of(session, InteractionLogEntry) == 1


def test_another_number_than_was_seen_deletes_nothing(session, actor, logged):
    set_log_canceled(session, actor, logged, CANCEL)

    with pytest.raises(RefusedError, match="it was 2 when you looked"):
        delete_canceled_entries(session, actor, {}, expected=2)


def test_a_canceled_logged_segment_goes_and_its_entries_stay(
    session, actor, logged, entry_nos
):
    set_log_canceled(session, actor, logged, CANCEL)

    assert delete_canceled_logs(session, actor, {"entry_no": logged}) == 1

    assert number_of(session, LoggedSegment) == 0
    assert number_of(session, LoggedLine) == 0
    rows = session.execute(
        select(
            InteractionLogEntry.logged_segment_entry_no, InteractionLogEntry.canceled
        )
    )
    assert [tuple(row) for row in rows] == [(None, True)] * len(entry_nos)
    assert session.scalars(select(CampaignEntry.logged_segment_entry_no)).all() == [
        None
    ]


def test_a_logged_segment_that_counts_is_never_deleted(session, actor, logged):
    assert delete_canceled_logs(session, actor, {}) == 0
    assert delete_canceled_logs(session, actor, {"entry_no": logged}) == 0
    assert number_of(session, LoggedSegment) == 1


def test_logged_segments_are_chosen_by_segment_number(session, actor, new_segment):
    numbers = []
    for _ in range(2):
        result = log(session, actor, new_segment())
        set_log_canceled(session, actor, result["logged_segment_entry_no"], CANCEL)
        numbers.append(result["segment_no"])

    assert delete_canceled_logs(session, actor, {"segment_no": numbers[0]}) == 1
    assert session.scalars(select(LoggedSegment.segment_no)).all() == numbers[1:]


def test_the_filter_of_logged_segments_is_checked(session, actor, logged):
    with pytest.raises(RefusedError) as refused:
        delete_canceled_logs(session, actor, {"color": "red", "entry_no": "x"})

    assert [fault.field for fault in refused.value.faults] == ["color", "entry_no"]


def test_an_entry_counts_again_once_its_logged_segment_is_deleted(
    session, actor, logged, entry_nos
):
    set_log_canceled(session, actor, logged, CANCEL)
    delete_canceled_logs(session, actor, {})
    set_entry_canceled(session, actor, entry_nos[1], REVIVE)
    with pytest.raises(ConflictError):  # its campaign entry is canceled still
        set_entry_canceled(session, actor, entry_nos[0], REVIVE)

    number = session.scalars(select(CampaignEntry.entry_no)).one()
    set_campaign_entry_canceled(session, actor, "CP1", number, REVIVE)

    canceled = select(InteractionLogEntry.canceled)
    assert session.scalars(canceled).all() == [False] * 3


def test_the_number_of_a_deleted_logged_segment_is_logged_again(
    session, actor, logged, new_segment, flags
):
    set_log_canceled(session, actor, logged, CANCEL)
    no = session.get_one(LoggedSegment, logged).segment_no
    delete_canceled_logs(session, actor, {})
    again = new_segment()
    again.no = no
    session.flush()

    result = log(session, actor, again)

    # The campaign entry left over stands for the new log, and counts.
    assert result["logged_segment_entry_no"] != logged
    assert flags(result["logged_segment_entry_no"]) == (False, [False], [False] * 3)
    assert number_of(session, CampaignEntry) == 1
    assert number_of(session, Segment) == 0


def test_a_number_is_never_given_twice(session, actor, logged, new_segment):
    set_log_canceled(session, actor, logged, CANCEL)
    delete_canceled_logs(session, actor, {})

    result = log(session, actor, new_segment())

    assert result["logged_segment_entry_no"] > logged


def test_entries_of_no_log_are_deleted_too(session, actor, company):
    factories.log_entry(session, company, canceled=True)
    factories.log_entry(session, company)

    assert delete_canceled_entries(session, actor, {}) == 1
    assert number_of(session, InteractionLogEntry) == 1


def test_a_company_is_no_target_any_more_without_its_last_entry(
    session, actor, new_segment
):
    log(session, actor, new_segment(campaign_target=True))
    activate_campaign(session, actor, "CP1")
    assert number_of(session, CampaignTarget) == 1
    number = session.scalars(select(CampaignEntry.entry_no)).one()
    set_campaign_entry_canceled(session, actor, "CP1", number, CANCEL)
    assert number_of(session, CampaignTarget) == 1

    delete_canceled_entries(session, actor, {})

    assert number_of(session, CampaignTarget) == 0
