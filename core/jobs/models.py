from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Code20, CreatedAt, Moment, Text50, Text80
from core.task_names import JOBS_QUEUE


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL_STATES = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})

# As the partial indexes spell it, so that the planner recognises them.
OPEN_STATES_SQL = "state IN ('queued', 'running')"


class Job(Base):
    """The promise that a piece of work will be done, and what became of it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')",
            name="state_known",
        ),
        CheckConstraint(
            "(state IN ('succeeded', 'failed', 'cancelled')) = "
            "(finished_at IS NOT NULL)",
            name="finished_has_time",
        ),
        CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)",
            name="running_has_lease",
        ),
        # One unfinished job per subject: the structural half of promise P4.
        Index(
            "uq_job_open_subject",
            "subject",
            unique=True,
            postgresql_where=text(OPEN_STATES_SQL),
        ),
        Index(
            "ix_job_open",
            "run_after",
            postgresql_where=text(OPEN_STATES_SQL),
        ),
        Index("ix_job_state", "state", "id"),
        # What was done lately: by whom, how much in a minute.
        Index(
            "ix_job_finished_at",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
    )

    id: Mapped[BigId]
    public_id: Mapped[UUID] = mapped_column(
        PG_UUID(as_uuid=True), server_default=text("uuidv7()"), unique=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(80))
    "What the job locks, for example 'segment:42'."
    title: Mapped[Text80]
    "What a person calls this job, for example 'Log segment SM00001'."
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    requested_by: Mapped[Text50]
    requested_by_id: Mapped[int | None] = mapped_column(BigInteger)
    requested_role: Mapped[Code20]
    requested_salesperson_code: Mapped[Code20]
    work_date: Mapped[date]
    "The user's business date, captured at submit (TRAP-11)."
    queue: Mapped[str] = mapped_column(
        String(20), server_default=text("'jobs'"), default=JOBS_QUEUE
    )
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    "Higher goes first. Set by the kind of work, never by who asks."
    state: Mapped[str] = mapped_column(
        String(10), server_default=text("'queued'"), default=JobState.QUEUED
    )
    created_at: Mapped[CreatedAt]
    run_after: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )
    started_at: Mapped[Moment | None]
    "When the first attempt began."
    claimed_at: Mapped[Moment | None]
    "When the latest attempt began."
    finished_at: Mapped[Moment | None]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    "Raised by every claim; the fence every final write is checked against."
    crashes: Mapped[int] = mapped_column(server_default=text("0"))
    "Attempts that ended without a word: their lease lapsed."
    retries: Mapped[int] = mapped_column(server_default=text("0"))
    "Attempts given up because of trouble that passes by itself."
    lease_until: Mapped[Moment | None]
    worker: Mapped[Text80]
    worker_process_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    "Which start of a worker runs the latest attempt; see worker_process."
    phase: Mapped[Text80]
    planned: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    "The furthest any attempt came; it never falls."
    progress_at: Mapped[Moment | None]
    cancel_requested_at: Mapped[Moment | None]
    cancel_requested_by: Mapped[Text50]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    "For the person: code, detail and links, in the words of the error catalogue."
    error_count: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    diagnostics: Mapped[str | None] = mapped_column(Text)
    "For the operator: the traceback of the last failed attempt."


class PausedQueue(Base):
    """A queue no job is taken from until the row is gone."""

    __tablename__ = "paused_queue"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    paused_at: Mapped[CreatedAt]
    paused_by: Mapped[Text50]


class JobEvent(Base):
    """What happened to a job, in order: submitted, claimed, took over, finished."""

    __tablename__ = "job_event"

    id: Mapped[BigId]
    job_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("job.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[CreatedAt]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    event: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, server_default=text("''"))


class JobError(Base):
    """One refused line of a job (promise P7), written set-based in the order of lines."""

    __tablename__ = "job_error"
    __table_args__ = (Index(None, "job_id", "id"),)

    id: Mapped[BigId]
    job_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("job.id", ondelete="CASCADE")
    )
    position: Mapped[int] = mapped_column(BigInteger)
    "Line No. of a segment line, or row number of an imported file."
    subject: Mapped[Text80]
    "The contact number, or what names the row."
    code: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text)
