"""Creating, changing and deleting campaigns (CAMP-001…CAMP-003)."""

from typing import cast

from sqlalchemy.orm import Session

from core import clock
from core.access.actor import Actor
from core.campaigns.changes import CampaignChanges, check_changes
from core.campaigns.models import Campaign
from core.contacts.salespeople import default_salesperson
from core.numbering.draw_number import check_manual_number, draw_number
from core.records import add_record, apply_changes, lock_to_delete
from core.references import Use, refuse_if_used

NOUN = "campaign"

# Open segments do not block: their log finds the gap and names it (GUARD-004).
USES = (
    Use("campaign_entry", "campaign_no", "campaign entries"),
    Use("interaction_log_entry", "campaign_no", "interaction log entries"),
)


def create_campaign(
    session: Session,
    actor: Actor,
    draft: CampaignChanges,
    *,
    no: str = "",
    series_code: str = "",
) -> Campaign:
    """Create it under the given number, or under the next one of the series."""
    check_changes(session, draft, {})
    series = ""
    if no:
        check_manual_number(session, "campaign_nos", no)
    else:
        no, series = draw_number(
            session,
            "campaign_nos",
            actor.work_date,
            series_code=series_code,
            is_taken=lambda drawn: session.get(Campaign, drawn) is not None,
        )
    wanted = cast("CampaignChanges", dict(draft))
    if not wanted.get("salesperson_code"):
        wanted["salesperson_code"] = default_salesperson(session, actor)
    campaign = Campaign(
        no=no, no_series=series, last_date_modified=clock.today(), **wanted
    )
    add_record(session, campaign, NOUN, "no")
    return campaign


def change_campaign(
    session: Session, campaign: Campaign, changes: CampaignChanges
) -> None:
    before: CampaignChanges = {
        "starting_date": campaign.starting_date,
        "ending_date": campaign.ending_date,
        "salesperson_code": campaign.salesperson_code,
    }
    check_changes(session, changes, before)
    apply_changes(campaign, changes)
    campaign.last_date_modified = clock.today()


def delete_campaign(session: Session, no: str) -> None:
    campaign = lock_to_delete(session, Campaign, no, NOUN)
    refuse_if_used(session, "Campaign", no, USES)
    session.delete(campaign)
