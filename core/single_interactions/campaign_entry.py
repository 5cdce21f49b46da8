"""All single interactions of a campaign share one campaign entry (CAMP-020)."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.campaigns.models import CampaignEntry

DESCRIPTION = "Interactions"  # CAMP-021

_LOCK = 0x43456E74  # Any number nobody else uses.


def shared_campaign_entry(
    session: Session, actor: Actor, campaign_no: str, on: date, salesperson_code: str
) -> int:
    """Its number. Nobody cancels or deletes it until the transaction ends.

    One that is canceled stays so: what is logged now counts, so it gets another.
    """
    session.execute(
        select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(campaign_no)))
    )
    # Above a row that somebody is just canceling the statement waits, and passes it by.
    found = session.scalar(
        select(CampaignEntry.entry_no)
        .where(
            CampaignEntry.campaign_no == campaign_no,
            CampaignEntry.segment_no == "",
            CampaignEntry.canceled.is_(False),
        )
        .order_by(CampaignEntry.entry_no)
        .limit(1)
        .with_for_update(read=True)
    )
    if found is not None:
        return found
    entry = CampaignEntry(
        campaign_no=campaign_no,
        description=DESCRIPTION,
        date=on,
        salesperson_code=salesperson_code,
        user_id=actor.username,
        segment_no="",
    )
    session.add(entry)
    session.flush()  # The interaction carries its number.
    return entry.entry_no
