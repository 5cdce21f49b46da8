"""A campaign is activated at the moment in which its last interaction is deleted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from core.campaigns.models import Campaign
from core.contacts.delete_contact import delete_contact
from core.database import transaction
from core.errors import RefusedError
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries
from core.ledger.undo_log import undo_log
from core.records import lock_record
from core.segments.activate_campaign import activate_campaign
from core.segments.models import Segment
from core.segments.one_line import remove_line
from tests import factories
from tests.core.segments.logging import log
from tests.support.aimed import ACTOR, masters, segment_of, targets
from tests.support.meanwhile import meanwhile, until_somebody_waits


@pytest.fixture
def engine(own_engine):
    """A canceled log for CP1, with K1 as target; K2 is one by a line that stays."""
    with transaction(own_engine) as session:
        masters(session)
        first = factories.company(session, no="K1")
        logged = log(session, ACTOR, segment_of(session, first))
        set_log_canceled(
            session, ACTOR, logged["logged_segment_entry_no"], Change(canceled=True)
        )
    return own_engine


def activate(session):
    activate_campaign(session, ACTOR, "CP1")


def delete_contact_of_entry(session):
    delete_contact(session, ACTOR, "K1")


def delete(session):
    delete_canceled_entries(session, ACTOR, {})


@pytest.mark.parametrize(("first", "second"), [(activate, delete), (delete, activate)])
def test_who_goes_meanwhile_is_no_target(engine, first, second):
    with transaction(engine) as session:
        segment_of(session, factories.company(session, no="K2"))

    meanwhile(engine, first, second)

    assert targets(engine) == {"K2"}


def test_the_last_one_that_goes_first_leaves_nobody_to_be_aimed_at(engine):
    with pytest.raises(RefusedError, match="nobody to be aimed at"):
        meanwhile(engine, delete, activate)

    assert targets(engine) == set()


def test_the_last_one_that_goes_after_takes_the_activation_along(engine):
    meanwhile(engine, activate, delete)

    assert targets(engine) == set()
    with transaction(engine) as session:
        assert not session.get_one(Campaign, "CP1").activated


def test_who_waits_for_a_campaign_holds_up_the_activation_of_no_other(engine):
    with transaction(engine) as session:
        activate(session)
        factories.campaign(session, "CP2")
        segment_of(session, factories.company(session, no="K2"), campaign_no="CP2")

    def go():
        with transaction(engine) as session:
            delete(session)

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as holder:
            lock_record(holder, Campaign, "CP1", "campaign")
            deletion = pool.submit(go)
            until_somebody_waits(engine)
            with transaction(engine) as session:
                session.execute(text("SET LOCAL lock_timeout = '10s'"))
                activate_campaign(session, ACTOR, "CP2")
        deletion.result(timeout=60)

    assert targets(engine) == {"K2"}


def test_who_waits_to_activate_a_campaign_holds_up_no_change(engine):
    with transaction(engine) as session:
        segment_of(session, factories.company(session, no="K2"))

    def go():
        with transaction(engine) as session:
            activate(session)

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as holder:
            lock_record(holder, Campaign, "CP1", "campaign")
            activation = pool.submit(go)
            until_somebody_waits(engine)
            with transaction(engine) as session:
                session.execute(text("SET LOCAL lock_timeout = '10s'"))
                delete(session)
        activation.result(timeout=60)

    assert targets(engine) == {"K2"}


def test_lines_that_an_undone_log_brings_back_are_counted_in(engine):
    """K1 stays a target by its line, although its interaction goes afterwards."""

    def undo(session):
        undo_log(session, ACTOR, 1)

    meanwhile(engine, undo, activate)

    assert targets(engine) == {"K1"}
    with transaction(engine) as session:
        segment = session.scalars(select(Segment)).one()
        delete(session)
        remove_line(session, ACTOR, segment, 10_000)
    assert targets(engine) == set()


@pytest.mark.parametrize(
    ("first", "second"),
    [(activate, delete_contact_of_entry), (delete_contact_of_entry, activate)],
)
def test_a_company_that_is_deleted_meanwhile_is_no_target(engine, first, second):
    with transaction(engine) as session:
        segment_of(session, factories.company(session, no="K2"))

    meanwhile(engine, first, second)

    assert targets(engine) == {"K2"}
