"""What every page of one segment shows at its top."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from core.segments.editing import not_open
from core.segments.models import Segment
from core.segments.queries import segment_rows


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
        raise not_open(session, no.upper())
    return Head(*row)
