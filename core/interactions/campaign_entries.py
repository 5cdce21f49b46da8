"""Campaign entries together with the interactions that belong to them (CAMP-030)."""

from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from core.campaigns.models import CampaignEntry
from core.errors import NotFoundError
from core.interactions.models import InteractionLogEntry
from core.interactions.statistics import Totals

Entry = InteractionLogEntry


class EntryWithTotals(NamedTuple):
    entry: CampaignEntry
    totals: Totals


def entries_of_campaign(campaign_no: str) -> Select[Any]:
    """Rows of CampaignEntry, no_of_interactions, cost and duration.

    An entry counts the interactions that share its own canceled flag, so a canceled
    one still tells what it was about.
    """
    totals = (
        select(
            func.count().label("no_of_interactions"),
            func.coalesce(func.sum(Entry.cost), 0).label("cost"),
            func.coalesce(func.sum(Entry.duration), 0).label("duration"),
        )
        .where(
            Entry.campaign_no == CampaignEntry.campaign_no,
            Entry.campaign_no != "",  # as the partial index says
            Entry.campaign_entry_no == CampaignEntry.entry_no,
            Entry.canceled == CampaignEntry.canceled,
        )
        .lateral("totals")
    )
    return (
        select(CampaignEntry, *totals.c)
        .join(totals, true())
        .where(CampaignEntry.campaign_no == campaign_no)
    )


def entry_with_totals(
    session: Session, campaign_no: str, entry_no: int
) -> EntryWithTotals:
    row = session.execute(
        entries_of_campaign(campaign_no).where(CampaignEntry.entry_no == entry_no)
    ).one_or_none()
    if row is None:
        raise missing(campaign_no, entry_no)
    return EntryWithTotals(row[0], Totals(*row[1:4]))


def missing(campaign_no: str, entry_no: int) -> NotFoundError:
    return NotFoundError(
        "E-NOT-FOUND", f"Campaign {campaign_no} has no entry {entry_no}."
    )
