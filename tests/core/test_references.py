"""Codes that are given to something while somebody deletes or edits what they name."""

import pytest
from sqlalchemy import text

from core.campaigns.campaigns import change_campaign
from core.campaigns.models import Campaign, CampaignStatus
from core.campaigns.statuses import CAMPAIGN_STATUSES
from core.contacts.models import Salesperson
from core.contacts.salespeople import delete_salesperson
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.groups import INTERACTION_GROUPS
from core.interactions.models import InteractionGroup, InteractionTemplate
from core.interactions.templates import change_template, delete_template
from core.numbering.series import delete_series, locked_series
from core.records import lock_record
from core.segments.change_segment import change_segment
from core.segments.changes import SegmentChanges
from core.segments.editing import open_for_editing
from core.segments.languages import add_language
from core.setup.change_marketing_setup import (
    MarketingSetupChanges,
    change_marketing_setup,
)
from core.setup.masters import LANGUAGES, TERRITORIES, delete_code
from core.setup.models import Language, Territory
from tests import factories
from tests.factories import actor
from tests.support.meanwhile import Deed, meanwhile


@pytest.fixture
def engine(own_engine):
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        factories.number_series(session, "NEW", "N1")
        session.add_all(
            [
                Territory(code="NORTH"),
                Language(code="DEU"),
                InteractionGroup(code="FAIRS"),
                CampaignStatus(code="OPEN"),
                Salesperson(code="AB"),
            ]
        )
        for code in ("GOLF", "TENNIS"):
            factories.template(session, code)
        factories.campaign(session, "CP1")
        factories.segment(session, actor())
    return own_engine


def on_header(changes: SegmentChanges) -> Deed:
    return lambda session: change_segment(
        session, open_for_editing(session, "SM00001"), changes
    )


def in_setup(changes: MarketingSetupChanges) -> Deed:
    return lambda session: change_marketing_setup(session, actor(), changes)


def content_in_german(session):
    add_language(session, open_for_editing(session, "SM00001"), "DEU", {})


def group_of_template(session):
    template = lock_record(session, InteractionTemplate, "GOLF", "template")
    change_template(session, template, {"interaction_group_code": "FAIRS"})


def status_of_campaign(session):
    campaign = lock_record(session, Campaign, "CP1", "campaign")
    change_campaign(session, campaign, {"status_code": "OPEN"})


def code_gone(master, code):
    return lambda session: delete_code(session, master, code)


def template_gone(session):
    delete_template(session, "TENNIS")


def salesperson_gone(session):
    delete_salesperson(session, "AB")


def series_gone(session):
    delete_series(session, actor(), locked_series(session, "NEW"))


GIVEN_AND_GONE = {
    "header: template": (
        on_header({"interaction_template_code": "TENNIS"}),
        template_gone,
    ),
    "segment: language": (content_in_german, code_gone(LANGUAGES, "DEU")),
    "template: group": (group_of_template, code_gone(INTERACTION_GROUPS, "FAIRS")),
    "campaign: status": (status_of_campaign, code_gone(CAMPAIGN_STATUSES, "OPEN")),
    "setup: territory": (
        in_setup({"default_territory_code": "NORTH"}),
        code_gone(TERRITORIES, "NORTH"),
    ),
    "setup: salesperson": (
        in_setup({"default_salesperson_code": "AB"}),
        salesperson_gone,
    ),
    "setup: series": (in_setup({"segment_nos": "NEW"}), series_gone),
    "setup: template": (
        in_setup({"email_draft_template_code": "TENNIS"}),
        template_gone,
    ),
}
both = pytest.mark.parametrize(
    ("give", "delete"), GIVEN_AND_GONE.values(), ids=GIVEN_AND_GONE
)


@both
def test_a_code_that_is_being_deleted_is_given_to_nothing(engine, give, delete):
    with pytest.raises(RefusedError, match="There is no") as error:
        meanwhile(engine, delete, give)

    assert error.value.faults[0].code == "E-UNKNOWN-CODE"


@both
def test_a_code_that_is_being_given_is_not_deleted(engine, give, delete):
    with pytest.raises(ConflictError, match="cannot be deleted") as error:
        meanwhile(engine, give, delete)

    assert error.value.code == "E-IN-USE"


@pytest.mark.parametrize(
    ("model", "key", "give"),
    [
        (
            InteractionTemplate,
            "TENNIS",
            on_header({"interaction_template_code": "TENNIS"}),
        ),
        # Its editor asks Marketing Setup, so each would wait for the other.
        (
            InteractionTemplate,
            "TENNIS",
            in_setup({"email_draft_template_code": "TENNIS"}),
        ),
        # A job that activates it holds it like this, for minutes.
        (Campaign, "CP1", on_header({"campaign_no": "CP1"})),
    ],
)
def test_who_gives_a_code_does_not_wait_for_who_changes_what_it_names(
    engine, model, key, give
):
    with transaction(engine) as editor, transaction(engine) as giver:
        lock_record(editor, model, key, "record")
        giver.execute(text("SET LOCAL lock_timeout = '2s'"))

        give(giver)
