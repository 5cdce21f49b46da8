from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from core.base import (
    MINUTES,
    MINUTES_IN_ALL,
    MONEY,
    MONEY_IN_ALL,
    ZERO,
    Base,
    BigId,
    BigRef,
    Choice,
    Code10,
    Code20,
    CreatedAt,
    Flag,
    Moment,
    Text50,
    Text80,
    Text100,
    Text255,
)
from core.vocabulary import CorrespondenceType, DeliveryState


class InteractionGroup(Base):
    __tablename__ = "interaction_group"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class InteractionTemplate(Base):
    __tablename__ = "interaction_template"
    __table_args__ = (
        CheckConstraint("unit_cost >= 0", name="cost_not_negative"),
        CheckConstraint("unit_duration >= 0", name="duration_not_negative"),
    )

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    interaction_group_code: Mapped[Code10]
    description: Mapped[Text100]
    unit_cost: Mapped[Decimal] = mapped_column(MONEY, server_default=ZERO)
    unit_duration: Mapped[Decimal] = mapped_column(MINUTES, server_default=ZERO)
    information_flow: Mapped[Choice]
    initiated_by: Mapped[Choice]
    campaign_no: Mapped[Code20]
    campaign_target: Mapped[Flag]
    campaign_response: Mapped[Flag]
    correspondence_type_default: Mapped[int] = mapped_column(
        # A new template starts as Email (TMPL-001).
        server_default=text(str(int(CorrespondenceType.EMAIL)))
    )
    language_code_default: Mapped[Code10]
    wizard_action: Mapped[Choice]
    ignore_contact_corres_type: Mapped[Flag]


class InteractionTemplateLanguage(Base):
    __tablename__ = "interaction_template_language"

    interaction_template_code: Mapped[str] = mapped_column(
        String(10),
        ForeignKey("interaction_template.code", ondelete="CASCADE"),
        primary_key=True,
    )
    language_code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]
    attachment_id: Mapped[BigRef | None]


class LoggedSegment(Base):
    """A segment that was logged. Its number stays taken (LOG-010)."""

    __tablename__ = "logged_segment"
    __table_args__ = (
        Index(
            "uq_logged_segment_segment_no",
            "segment_no",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        # Who still remembers an attachment (core/attachments/owners.py).
        Index(
            "ix_logged_segment_languages",
            text("(header -> 'languages')"),
            postgresql_using="gin",
        ),
    )

    entry_no: Mapped[BigId]
    segment_no: Mapped[str] = mapped_column(String(20))
    description: Mapped[Text100]
    creation_date: Mapped[date]
    user_id: Mapped[Text50]
    canceled: Mapped[Flag]
    campaign_no: Mapped[Code20]
    "The header's campaign when it was logged (DEC-14)."
    job_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    no_of_lines: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    no_of_interactions: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    "Entries written at log time; planned = logged + skipped (promise P8)."
    no_canceled: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    "Of its entries, those that are canceled now: kept by whoever cancels them."
    no_deleted: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    "Of its entries, those that were deleted since."
    no_skipped: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    cost: Mapped[Decimal] = mapped_column(MONEY_IN_ALL, server_default=ZERO)
    duration: Mapped[Decimal] = mapped_column(MINUTES_IN_ALL, server_default=ZERO)
    header: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    "The segment's header, content and steps as they were, for undoing the log."
    undone_at: Mapped[Moment | None]
    "The log was taken back; its number may be logged again."
    undone_by: Mapped[Text50]

    @property
    def no_left(self) -> int:
        """Entries that are still there, canceled or not."""
        return self.no_of_interactions - self.no_deleted

    @property
    def no_counted(self) -> int:
        """Entries that share its own canceled flag (LSEG-005)."""
        return self.no_canceled if self.canceled else self.no_left - self.no_canceled


class LoggedLine(Base):
    """The own values of a personal line as they were logged, for undoing the log.
    Plain lines are known from their entries."""

    __tablename__ = "logged_line"

    logged_segment_entry_no: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("logged_segment.entry_no", ondelete="CASCADE"),
        primary_key=True,
    )
    line_no: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    own: Mapped[dict[str, Any]] = mapped_column(JSONB)


class InteractionLogEntry(Base):
    """One communication with one contact (LOG-040). Written in bulk, so it has no
    foreign keys (ADR 0006); `rollcall check` verifies its references instead."""

    __tablename__ = "interaction_log_entry"
    __table_args__ = (
        # A line of a logged segment is logged at most once, whatever happens (P1).
        Index(
            "uq_interaction_log_entry_logged_line",
            "logged_segment_entry_no",
            "segment_line_no",
            unique=True,
        ),
        Index(None, "contact_id", "entry_no"),
        Index(None, "contact_company_id", "entry_no"),
        Index(
            None,
            "campaign_no",
            "entry_no",
            postgresql_where=text("campaign_no <> ''"),
        ),
        Index(
            "ix_interaction_log_entry_canceled",
            "entry_no",
            postgresql_where=text("canceled"),
        ),
        # Few, and looked through by whoever resumes one; a log writes none of them.
        Index(
            "ix_interaction_log_entry_postponed",
            "entry_no",
            postgresql_where=text("postponed"),
        ),
        # Logs without attachments, the most of them, do not pay for it.
        Index(
            None, "attachment_id", postgresql_where=text("attachment_id IS NOT NULL")
        ),
    )

    # Widest alignment first, so that a million rows carry no padding.
    entry_no: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    logged_segment_entry_no: Mapped[BigRef | None]
    segment_line_no: Mapped[BigRef | None]
    contact_id: Mapped[BigRef | None]
    contact_company_id: Mapped[BigRef | None]
    campaign_entry_no: Mapped[BigRef | None]
    attachment_id: Mapped[BigRef | None]
    time_of_interaction: Mapped[time | None]
    date: Mapped[date]
    correspondence_type: Mapped[Choice]
    information_flow: Mapped[Choice]
    initiated_by: Mapped[Choice]
    evaluation: Mapped[Choice]
    document_type: Mapped[Choice]
    campaign_response: Mapped[Flag]
    campaign_target: Mapped[Flag]
    attempt_failed: Mapped[Flag]
    canceled: Mapped[Flag]
    postponed: Mapped[Flag]
    send_word_docs_as_attmt: Mapped[Flag]
    cost: Mapped[Decimal] = mapped_column(MONEY, server_default=ZERO)
    duration: Mapped[Decimal] = mapped_column(MINUTES, server_default=ZERO)
    interaction_template_code: Mapped[Code10]
    interaction_group_code: Mapped[Code10]
    interaction_language_code: Mapped[Code10]
    contact_alt_address_code: Mapped[Code10]
    salesperson_code: Mapped[Code20]
    campaign_no: Mapped[Code20]
    segment_no: Mapped[Code20]
    user_id: Mapped[Text50]
    description: Mapped[Text100]
    subject: Mapped[Text100]
    contact_via: Mapped[Text80]


class InteractionLogEntryComment(Base):
    """What somebody noted about an interaction. Its entry is deleted in bulk, so there
    is no foreign key (ADR 0006)."""

    __tablename__ = "interaction_log_entry_comment"
    __table_args__ = (Index(None, "entry_no", "id"),)

    id: Mapped[BigId]
    "Also the order of the lines."
    entry_no: Mapped[BigRef]
    date: Mapped[date | None]
    "Blank on lines that follow another one of the same day (CMT-001)."
    comment: Mapped[Text255]
    written_by: Mapped[Text50]


class Delivery(Base):
    """The e-mail an interaction log entry owes its contact, and what became of it.

    Written in bulk with the entries, so it has no foreign key (ADR 0006). A row that
    changes stays on its page, half empty for that, and no index learns of it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # All of a log, in the order in which they are sent.
        Index(None, "logged_segment_entry_no", "entry_no"),
        {"postgresql_with": {"fillfactor": 50}},
    )

    entry_no: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    logged_segment_entry_no: Mapped[BigRef | None]
    message_id: Mapped[UUID] = mapped_column(
        PG_UUID(as_uuid=True), server_default=text("uuidv7()")
    )
    "The same however often it is tried: a mailbox that gets it twice can tell."
    at: Mapped[CreatedAt]
    "When it came into its state."
    job_id: Mapped[BigRef | None]
    "Who is sending it, or has: a job, and which attempt of it."
    job_attempt: Mapped[int | None]
    state: Mapped[Choice]
    tries: Mapped[Choice]
    "How often the recipient's server asked to come back later."
    address: Mapped[Text255]
    "Where it went, or should have gone."
    detail: Mapped[Text255]
    "Why it did not get there, in words for people."

    @property
    def state_name(self) -> str:
        return DeliveryState(self.state).name.lower()
