"""The diary of a job: one row for each thing that happened to it."""

import re
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from core.jobs.models import JobEvent
from core.jobs.progress import BegunPhase


class Event(StrEnum):
    SUBMITTED = "submitted"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    PHASE_BEGUN = "phase_begun"
    CANCEL_REQUESTED = "cancel_requested"
    HANDED_BACK = "handed_back"
    RETRY_PLANNED = "retry_planned"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STARTED_AGAIN = "started_again"
    "As another job."


_BY_WORKER = re.compile(r"By (.+?)(?:; .*)?\.")


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


def record_phases(
    session: Session, job_id: int, attempt: int, begun: Sequence[BegunPhase]
) -> None:
    if not begun:
        return
    rows = [
        {
            "job_id": job_id,
            "attempt": attempt,
            "event": Event.PHASE_BEGUN,
            "detail": phase.words,
            "at": func.clock_timestamp()
            - func.make_interval(0, 0, 0, 0, 0, 0, phase.seconds_ago),
        }
        for phase in begun
    ]
    session.execute(insert(JobEvent).values(rows))


def words_of_claim(worker: str, worker_before: str | None = None) -> str:
    if worker_before is None:
        return f"By {worker}."
    return f"By {worker}; {worker_before} was not heard of any more."


def worker_of_claim(words: str) -> str:
    found = _BY_WORKER.fullmatch(words)
    return found[1] if found else ""
