"""What a campaign achieved (CAMP-060…CAMP-064)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.contacts.statistics import EVER, Days
from core.interactions.models import InteractionLogEntry
from core.interactions.statistics import average, counted

Entry = InteractionLogEntry


class CampaignStatistics(NamedTuple):
    target_contacts_contacted: int
    contacts_responded: int
    cost: Decimal
    duration: Decimal

    @property
    def response_rate(self) -> Decimal:
        """Percent, one decimal; more than 100 when some answer twice."""
        contacted = self.target_contacts_contacted
        if not contacted:
            return Decimal("0.0")
        share = Decimal(self.contacts_responded * 100) / contacted
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def average_cost_per_response(self) -> Decimal:
        return average(self.cost, self.contacts_responded)

    @property
    def average_duration_per_response(self) -> Decimal:
        return average(self.duration, self.contacts_responded)


def statistics_of_campaign(
    session: Session, no: str, days: Days = EVER
) -> CampaignStatistics:
    row = session.execute(
        select(
            func.count().filter(Entry.campaign_target),
            func.count().filter(Entry.campaign_response),
            func.coalesce(func.sum(Entry.cost), 0),
            func.coalesce(func.sum(Entry.duration), 0),
        ).where(Entry.campaign_no == no, Entry.campaign_no != "", *counted(days))
    ).one()
    return CampaignStatistics(*row)
