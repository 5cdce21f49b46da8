from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    exists,
    func,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from core.base import (
    Base,
    BigId,
    BigRef,
    Choice,
    Code10,
    Code20,
    Flag,
    Text50,
    Text100,
)


class CampaignStatus(Base):
    __tablename__ = "campaign_status"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class CampaignTarget(Base):
    """Who a campaign is aimed at; it is activated while it has any (TGT-001)."""

    __tablename__ = "campaign_target"

    campaign_no: Mapped[str] = mapped_column(
        String(20), ForeignKey("campaign.no", ondelete="CASCADE"), primary_key=True
    )
    type: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False
    )
    no: Mapped[str] = mapped_column(String(20), primary_key=True)
    "Of the customer, or of the company contact that is none."


class Campaign(Base):
    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint(
            "ending_date IS NULL OR starting_date IS NULL "
            "OR starting_date <= ending_date",
            name="dates_in_order",  # CAMP-001
        ),
    )

    no: Mapped[str] = mapped_column(String(20), primary_key=True)
    description: Mapped[Text100]
    starting_date: Mapped[date | None]
    ending_date: Mapped[date | None]
    salesperson_code: Mapped[Code20]
    status_code: Mapped[Code10]
    no_series: Mapped[Code20]
    last_date_modified: Mapped[date] = mapped_column(server_default=func.current_date())
    activated: Mapped[bool] = column_property(
        exists()
        .where(CampaignTarget.campaign_no == no)
        .correlate_except(CampaignTarget)
    )
    "Not stored: it has a target group (TGT-001)."


class CampaignEntry(Base):
    """One per campaign and logged segment (LOG-042)."""

    __tablename__ = "campaign_entry"
    __table_args__ = (
        Index(None, "campaign_no", "segment_no"),
        Index(None, "logged_segment_entry_no"),
    )

    entry_no: Mapped[BigId]
    campaign_no: Mapped[Code20]
    description: Mapped[Text100]
    date: Mapped[date | None]
    user_id: Mapped[Text50]
    segment_no: Mapped[Code20]
    canceled: Mapped[Flag]
    salesperson_code: Mapped[Code20]
    logged_segment_entry_no: Mapped[BigRef | None]
    "The field's Register No.: the logged segment that created the entry."
    document_type: Mapped[Choice]
