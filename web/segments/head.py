"""What every page of one segment shows at its top."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.segments.models import Segment
from core.segments.queries import logged_segment_of, segment_rows


@dataclass(frozen=True, slots=True)
class Head:
    segment: Segment
    no_of_lines: int
    cost: Decimal
    duration: Decimal
    personal_lines: int
    no_of_criteria_actions: int
    job_public_id: UUID | None
    "The unfinished job that has frozen the segment."
    attachment_id: int | None
    "Of the content in the default language."
    logged_segment_entry_no: int | None
    "Of an earlier segment of the same number, which keeps this one from being logged."

    @property
    def is_frozen(self) -> bool:
        return self.segment.frozen_by_job_id is not None


def head_of(session: Session, no: str) -> Head:
    """Raise NotFoundError, leading to the logged segment where there is one."""
    statement = segment_rows().where(Segment.no == no.upper())
    row = session.execute(statement).one_or_none()
    if row is None:
        raise _not_open(session, no.upper())
    return Head(*row)


def _not_open(session: Session, no: str) -> NotFoundError:
    logged = logged_segment_of(session, no)
    if logged is None:
        return NotFoundError("E-NOT-FOUND", f"There is no segment {no}.")
    return NotFoundError(
        "E-NOT-FOUND",
        f"Segment {no} has been logged, so it is no longer among the active ones.",
        links={"logged_segment": str(logged.entry_no)},
    )
