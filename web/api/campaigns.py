from typing import Any

from flask import Response
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.campaigns.campaigns import (
    NOUN,
    change_campaign,
    create_campaign,
    delete_campaign,
)
from core.campaigns.models import Campaign, CampaignEntry, CampaignTarget
from core.database import transaction
from core.interactions.campaign_entries import (
    EntryWithTotals,
    entries_of_campaign,
    entry_with_totals,
)
from core.interactions.campaign_statistics import statistics_of_campaign
from core.interactions.statistics import Totals
from core.jobs.models import Job
from core.records import found_record, lock_record
from core.segments.activate_campaign import activate_campaign, deactivate_campaign
from core.segments.target_group import TARGET_KEY, target_rows
from web.api import framework
from web.api.framework.fields import (
    CampaignTargetType,
    Code10,
    Code20,
    Count,
    Day,
    Flag,
    Key20,
    Minutes,
    Money,
    OptionalCount,
    OptionalKey20,
    Percent,
    Text50,
    Text100,
)
from web.api.framework.models import AddressKey, AddressNumber
from web.api.jobs import JobShown, answer_or_start, job_started
from web.api.statistics import PeriodQuery
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "campaigns", "What several segments and interactions have in common."
)


class CampaignChanges(framework.Body):
    description: Text100 = ""
    starting_date: Day = None
    ending_date: Day = None
    salesperson_code: Code20 = ""
    status_code: Code10 = ""


class CampaignDraft(CampaignChanges):
    no: OptionalKey20 = ""
    "Without a number the campaign gets the next one of its series."
    no_series: Code20 = ""
    "A series related to the one in Marketing Setup, to be used instead."


class CampaignShown(framework.Shown):
    no: Key20
    description: Text100
    starting_date: Day
    ending_date: Day
    salesperson_code: Code20
    status_code: Code10
    no_series: Code20
    last_date_modified: Day
    activated: Flag
    "It has a target group."


@framework.filters_on(
    CampaignShown,
    no=Campaign.no,
    description=Campaign.description,
    starting_date=Campaign.starting_date,
    ending_date=Campaign.ending_date,
    salesperson_code=Campaign.salesperson_code,
    status_code=Campaign.status_code,
    last_date_modified=Campaign.last_date_modified,
    activated=Campaign.activated,
)
class CampaignQuery(framework.ListQuery):
    pass


class CampaignEntryShown(framework.Shown):
    entry_no: Count
    campaign_no: Key20
    description: Text100
    date: Day
    user_id: Text50
    segment_no: Code20
    canceled: Flag
    salesperson_code: Code20
    register_no: OptionalCount
    "The logged segment that made the entry."
    no_of_interactions: Count
    cost: Money
    duration: Minutes


@framework.filters_on(
    CampaignEntryShown,
    entry_no=CampaignEntry.entry_no,
    date=CampaignEntry.date,
    segment_no=CampaignEntry.segment_no,
    canceled=CampaignEntry.canceled,
    salesperson_code=CampaignEntry.salesperson_code,
)
class CampaignEntryQuery(framework.ListQuery):
    pass


class CampaignStatisticsShown(framework.Shown):
    target_contacts_contacted: Count
    contacts_responded: Count
    cost: Money
    duration: Minutes
    response_rate: Percent
    average_cost_per_response: Money
    average_duration_per_response: Minutes


class CampaignTargetShown(framework.Shown):
    type: CampaignTargetType
    no: Key20
    "Of the customer, or of the company contact that is none."
    contact_no: Code20
    contact_name: Text100

    @classmethod
    def of_row(cls, row: Any) -> "CampaignTargetShown":  # noqa: ANN401 (target_rows)
        return cls.of(row[0], contact_no=row.contact_no, contact_name=row.contact_name)


@framework.filters_on(
    CampaignTargetShown, type=CampaignTarget.type, no=CampaignTarget.no
)
class CampaignTargetQuery(framework.ListQuery):
    pass


class Activation(framework.Body):
    expected: OptionalCount = None
    "Companies you were told would be targets; another number is refused."


class CampaignEntryPath(framework.Path):
    no: AddressKey
    entry_no: AddressNumber


@blueprint.get("/campaigns", responses=framework.lists(framework.Page[CampaignShown]))
@requires(Permission.READ)
def list_campaigns(query: CampaignQuery) -> Response:
    """List campaigns."""
    with transaction(engine()) as session:
        return framework.page(
            session, select(Campaign), query, key=Campaign.no, show=CampaignShown.of
        )


@blueprint.post("/campaigns", responses=framework.creates(CampaignShown))
@requires(Permission.EDIT)
def post_campaign(body: CampaignDraft) -> Response:
    """Create a campaign; a blank salesperson becomes the user's own."""
    draft = body.given()
    no, series_code = draft.pop("no", ""), draft.pop("no_series", "")

    def create(session: Session, actor: Actor) -> Response:
        campaign = create_campaign(
            session, actor, draft, no=no, series_code=series_code
        )
        return framework.created(CampaignShown.of(campaign), "campaigns", campaign.no)

    return framework.answer_once(create)


@blueprint.get("/campaigns/<no>", responses=framework.shows(CampaignShown))
@requires(Permission.READ)
def show_campaign(path: framework.NoPath) -> Response:
    """Show a campaign."""
    with transaction(engine()) as session:
        found = found_record(session, Campaign, path.no, NOUN)
        return framework.answer(CampaignShown.of(found))


@blueprint.patch("/campaigns/<no>", responses=framework.changes(CampaignShown))
@requires(Permission.EDIT)
def patch_campaign(path: framework.NoPath, body: CampaignChanges) -> Response:
    """Change a campaign."""
    with transaction(engine()) as session:
        campaign = lock_record(session, Campaign, path.no, NOUN)
        framework.require_match(CampaignShown.of(campaign))
        change_campaign(session, campaign, body.given())
        return framework.answer(CampaignShown.of(campaign))


@blueprint.delete("/campaigns/<no>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_campaign(path: framework.NoPath) -> Response:
    """Delete a campaign without entries."""
    with transaction(engine()) as session:
        campaign = lock_record(session, Campaign, path.no, NOUN)
        framework.require_match(CampaignShown.of(campaign))
        delete_campaign(session, path.no)
        return framework.no_content()


@blueprint.get(
    "/campaigns/<no>/statistics", responses=framework.shows(CampaignStatisticsShown)
)
@requires(Permission.READ)
def show_campaign_statistics(path: framework.NoPath, query: PeriodQuery) -> Response:
    """Count targets, responses and what they cost."""
    with transaction(engine()) as session:
        found_record(session, Campaign, path.no, NOUN)
        statistics = statistics_of_campaign(session, path.no, query.days())
        return framework.answer(CampaignStatisticsShown.of(statistics))


@blueprint.post(
    "/campaigns/<no>/activate",
    responses=framework.does(CampaignShown) | framework.starts(JobShown),
)
@requires(Permission.EDIT)
def activate(path: framework.NoPath, body: Activation) -> Response:
    """Fill the target group, and keep it in step with segments from then on. A large
    one is filled by a job."""

    def fill(session: Session, actor: Actor) -> Response:
        done = activate_campaign(session, actor, path.no, expected=body.expected)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(CampaignShown.of(done))

    return answer_or_start(fill)


@blueprint.post("/campaigns/<no>/deactivate", responses=framework.does(CampaignShown))
@requires(Permission.EDIT)
def deactivate(path: framework.NoPath) -> Response:
    """Forget the target group."""

    def forget(session: Session, actor: Actor) -> Response:
        campaign = deactivate_campaign(session, actor, path.no)
        return framework.answer(CampaignShown.of(campaign))

    return framework.answer_once(forget)


@blueprint.get(
    "/campaigns/<no>/targets",
    responses=framework.lists_of_record(framework.Page[CampaignTargetShown]),
)
@requires(Permission.READ_CONTACTS)
def list_targets(path: framework.NoPath, query: CampaignTargetQuery) -> Response:
    """List the companies an activated campaign is aimed at."""
    with transaction(engine()) as session:
        found_record(session, Campaign, path.no, NOUN)
        return framework.page(
            session,
            target_rows(path.no),
            query,
            key=TARGET_KEY,
            show=CampaignTargetShown.of_row,
        )


@blueprint.get(
    "/campaigns/<no>/entries",
    responses=framework.lists_of_record(framework.Page[CampaignEntryShown]),
)
@requires(Permission.READ)
def list_campaign_entries(
    path: framework.NoPath, query: CampaignEntryQuery
) -> Response:
    """List what was done for a campaign: one entry per logged segment."""
    with transaction(engine()) as session:
        found_record(session, Campaign, path.no, NOUN)
        return framework.page(
            session,
            entries_of_campaign(path.no),
            query,
            key=CampaignEntry.entry_no,
            show=_shown_row,
        )


@blueprint.get(
    "/campaigns/<no>/entries/<int:entry_no>",
    responses=framework.shows(CampaignEntryShown),
)
@requires(Permission.READ)
def show_campaign_entry(path: CampaignEntryPath) -> Response:
    """Show a campaign entry."""
    with transaction(engine()) as session:
        found = entry_with_totals(session, path.no, path.entry_no)
        return framework.answer(campaign_entry(found))


def _shown_row(row: Row[Any]) -> CampaignEntryShown:
    totals = Totals(row.no_of_interactions, row.cost, row.duration)
    return campaign_entry(EntryWithTotals(row[0], totals))


def campaign_entry(found: EntryWithTotals) -> CampaignEntryShown:
    return CampaignEntryShown.of(
        found.entry,
        register_no=found.entry.logged_segment_entry_no,
        **found.totals._asdict(),
    )
