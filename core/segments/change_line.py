"""Personalise one line; for many see personalise_lines."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.segments.changes import LineChanges
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import contact_no_of_line
from core.segments.personalise_lines import Personalisation, personalise_lines


def change_line(
    session: Session,
    segment: Segment,
    line_no: int,
    changes: LineChanges,
    *,
    inherit: Collection[str] = (),
) -> None:
    """Set the named values as the line's own and hand `inherit` back to the header.

    A blank is a value: blanking the date keeps the line from being logged, naming
    it in `inherit` gives it the header's date. Raises NotFoundError, or RefusedError
    with all faults.
    """
    contact_no = contact_no_of_line(session, segment, line_no)
    this_line = select(SegmentLine.line_no).where(
        SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no
    )
    wanted = Personalisation(changes, inherit)
    personalise_lines(session, segment, this_line, wanted, contact_nos=[contact_no])
