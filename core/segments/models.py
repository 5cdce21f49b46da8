from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.base import (
    MINUTES,
    MONEY,
    ZERO,
    Base,
    BigId,
    BigRef,
    Choice,
    Code10,
    Code20,
    CreatedAt,
    Flag,
    Text50,
    Text100,
)


class Segment(Base):
    """The header: what every line inherits unless the line says otherwise."""

    __tablename__ = "segment"
    __table_args__ = (
        CheckConstraint("unit_cost >= 0", name="cost_not_negative"),
        CheckConstraint("unit_duration >= 0", name="duration_not_negative"),
    )

    id: Mapped[BigId]
    no: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[Text100]
    campaign_no: Mapped[Code20]
    salesperson_code: Mapped[Code20]
    date: Mapped[date | None]
    interaction_template_code: Mapped[Code10]
    interaction_group_code: Mapped[Code10]
    unit_cost: Mapped[Decimal] = mapped_column(MONEY, server_default=ZERO)
    unit_duration: Mapped[Decimal] = mapped_column(MINUTES, server_default=ZERO)
    information_flow: Mapped[Choice]
    initiated_by: Mapped[Choice]
    campaign_target: Mapped[Flag]
    campaign_response: Mapped[Flag]
    correspondence_type_default: Mapped[Choice]
    ignore_contact_corres_type: Mapped[Flag]
    language_code_default: Mapped[Code10]
    subject_default: Mapped[Text100]
    send_word_docs_as_attmt: Mapped[Flag]
    no_series: Mapped[Code20]
    head: Mapped[int] = mapped_column(server_default=ZERO)
    "The newest criteria action in force; lines are read through it (ADR 0005)."
    frozen_by_job_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("job.id")
    )
    "The unfinished job that reads this segment; nobody may edit meanwhile."
    created_at: Mapped[CreatedAt]


# Every override column of a line, in the order of the page. NULL: inherited.
# A set value, even a blank one, is the line's own.
OVERRIDES = (
    "interaction_template_code",
    "description",
    "date",
    "campaign_no",
    "salesperson_code",
    "interaction_group_code",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type",
    "language_code",
    "subject",
    "contact_alt_address_code",
    "evaluation",
    "time_of_interaction",
    "attempt_failed",
    "contact_via",
    "attachment_id",
)

GIVEN_BY_TEMPLATE = (
    "interaction_group_code",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type",
    "language_code",
    "subject",
    "attachment_id",
)
"""What a template has a say in: own values of these end when the line gets another one
(LINE-041)."""

IS_PERSONAL = f"num_nonnulls({', '.join(OVERRIDES)}) > 0"


class SegmentLine(Base):
    """A contact in a segment, plus what differs from the header (ADR 0004)."""

    __tablename__ = "segment_line"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("duration >= 0", name="duration_not_negative"),
        CheckConstraint("removed_by > added_by", name="removed_after_added"),
        Index(None, "contact_id", "segment_id"),
        Index(
            "ix_segment_line_personal",
            "segment_id",
            "line_no",
            postgresql_where=text(IS_PERSONAL),
        ),
        Index(None, "attachment_id", postgresql_where=text("attachment_id > 0")),
        # Half a page is left free: a step that removes lines stamps them where they
        # are, without touching an index (ADR 0005).
        {"postgresql_with": {"fillfactor": 50}},
    )

    segment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line_no: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    contact_id: Mapped[BigRef]
    added_by: Mapped[int]
    removed_by: Mapped[int | None]
    interaction_template_code: Mapped[str | None] = mapped_column(String(10))
    description: Mapped[str | None] = mapped_column(String(100))
    date: Mapped[date | None]
    "'-infinity' is a date the user blanked."
    campaign_no: Mapped[str | None] = mapped_column(String(20))
    salesperson_code: Mapped[str | None] = mapped_column(String(20))
    interaction_group_code: Mapped[str | None] = mapped_column(String(10))
    cost: Mapped[Decimal | None] = mapped_column(MONEY)
    duration: Mapped[Decimal | None] = mapped_column(MINUTES)
    information_flow: Mapped[int | None] = mapped_column(SmallInteger)
    initiated_by: Mapped[int | None] = mapped_column(SmallInteger)
    campaign_target: Mapped[bool | None]
    campaign_response: Mapped[bool | None]
    correspondence_type: Mapped[int | None] = mapped_column(SmallInteger)
    language_code: Mapped[str | None] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(String(100))
    contact_alt_address_code: Mapped[str | None] = mapped_column(String(10))
    evaluation: Mapped[int | None] = mapped_column(SmallInteger)
    time_of_interaction: Mapped[time | None]
    attempt_failed: Mapped[bool | None]
    contact_via: Mapped[str | None] = mapped_column(String(80))
    attachment_id: Mapped[BigRef | None]
    "0 is a line whose attachment the user took away."


class SegmentLanguage(Base):
    """A language variant of the segment's content (LANG-001, header level)."""

    __tablename__ = "segment_language"

    segment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    language_code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]
    subject: Mapped[Text100]
    attachment_id: Mapped[BigRef | None]


class SegmentAction(Base):
    """A numbered criteria action: who added or removed which contacts, and how."""

    __tablename__ = "segment_action"

    segment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    action_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger)
    allow_existing_contacts: Mapped[Flag]
    expand_companies: Mapped[Flag]
    allow_related_companies: Mapped[Flag]
    ignore_exclusion: Mapped[Flag]
    entire_companies: Mapped[Flag]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    "Table name to structured filter, as typed (CRIT-031)."
    lines_changed: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    created_at: Mapped[CreatedAt]
    created_by: Mapped[Text50]


class SavedCriteria(Base):
    """How contacts were chosen, kept under a code to be done again (SAVE-001)."""

    __tablename__ = "saved_criteria"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]
    user_id: Mapped[Text50]
    created_at: Mapped[CreatedAt]


class SavedCriteriaAction(Base):
    """A step of saved criteria, as it stood in the segment (SAVE-002)."""

    __tablename__ = "saved_criteria_action"

    code: Mapped[str] = mapped_column(
        String(10),
        ForeignKey("saved_criteria.code", ondelete="CASCADE"),
        primary_key=True,
    )
    action_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger)
    allow_existing_contacts: Mapped[Flag]
    expand_companies: Mapped[Flag]
    allow_related_companies: Mapped[Flag]
    ignore_exclusion: Mapped[Flag]
    entire_companies: Mapped[Flag]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


def is_personal(line: type["SegmentLine"] = SegmentLine) -> ColumnElement[bool]:
    """True for a line with at least one own value; served by a partial index."""
    own = (getattr(line, name) for name in OVERRIDES)
    return func.num_nonnulls(*own) > literal_column("0")
