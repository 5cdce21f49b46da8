"""The steps of a segment as people count them: from one, without gaps (INV-015).

A follow-up begins with one step. It keeps the number that the logged segment had come
to, so that no line has to be touched (ADR 0005), and whatever came before is part of it.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.segments.models import Segment, SegmentAction


@dataclass(frozen=True, slots=True)
class StepNumbers:
    first_action_no: int

    def of(self, action_no: int) -> int:
        """Of an action, or of what a line remembers of the one that added it."""
        return max(action_no - self.first_action_no, 0) + 1


def step_numbers(session: Session, segment: Segment) -> StepNumbers:
    first = session.scalar(
        select(func.min(SegmentAction.action_no)).where(
            SegmentAction.segment_id == segment.id
        )
    )
    return StepNumbers(first or 1)
