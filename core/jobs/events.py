"""The diary of a job: one row for each thing that happened to it."""

from enum import StrEnum

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from core.jobs.models import JobEvent


class Event(StrEnum):
    SUBMITTED = "submitted"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    CANCEL_REQUESTED = "cancel_requested"
    HANDED_BACK = "handed_back"
    RETRY_PLANNED = "retry_planned"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


def record_event(
    session: Session, job_id: int, event: Event, detail: str = "", *, attempt: int = 0
) -> None:
    session.execute(
        insert(JobEvent).values(
            job_id=job_id,
            attempt=attempt,
            event=event,
            detail=detail,
            # The clock and not now(): the work transaction may have begun long ago.
            at=func.clock_timestamp(),
        )
    )
