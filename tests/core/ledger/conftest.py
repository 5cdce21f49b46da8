import pytest
from sqlalchemy import select

from core.campaigns.models import CampaignEntry
from core.interactions.models import InteractionLogEntry, LoggedSegment
from tests import factories
from tests.core.segments.logging import log


@pytest.fixture
def actor():
    return factories.actor()


@pytest.fixture
def company(session):
    factories.marketing_setup(session)
    factories.salesperson(session, "JR")
    factories.campaign(session, "CP1")
    factories.template(session, "GOLF", unit_cost=8, unit_duration=1)
    return factories.company(session)


@pytest.fixture
def new_segment(session, actor, company):
    """A segment of campaign CP1 with three people, the second one for nobody's
    campaign and at another cost."""

    def new_segment(**changes):
        segment = factories.segment(
            session,
            actor,
            **{
                "description": "Spring",
                "salesperson_code": "JR",
                "interaction_template_code": "GOLF",
                "campaign_no": "CP1",
            }
            | changes,
        )
        for own in ({}, {"cost": 5, "campaign_no": ""}, {}):
            person = factories.person(session, of=company)
            factories.line(session, actor, segment, person, **own)
        session.flush()
        return segment

    return new_segment


@pytest.fixture
def logged(session, actor, new_segment):
    """The number of a logged segment with three entries."""
    result = log(session, actor, new_segment())
    return result["logged_segment_entry_no"]


@pytest.fixture
def entry_nos(session, logged):
    return entries_of(session, logged)


def entries_of(session, logged):
    return session.scalars(
        select(InteractionLogEntry.entry_no)
        .where(InteractionLogEntry.logged_segment_entry_no == logged)
        .order_by(InteractionLogEntry.entry_no)
    ).all()


@pytest.fixture
def flags(session):
    """Whether the logged segment, its campaign entry and its entries are canceled, and
    what the logged segment says of it."""

    def flags(logged):
        session.expire_all()
        found = session.get_one(LoggedSegment, logged)
        of_campaign = session.scalars(
            select(CampaignEntry.canceled).filter_by(logged_segment_entry_no=logged)
        ).all()
        of_entries = session.scalars(
            select(InteractionLogEntry.canceled)
            .filter_by(logged_segment_entry_no=logged)
            .order_by(InteractionLogEntry.entry_no)
        ).all()
        assert found.no_canceled == sum(of_entries)
        assert found.no_left == len(of_entries)
        return found.canceled, of_campaign, of_entries

    return flags
