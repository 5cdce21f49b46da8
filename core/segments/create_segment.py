"""A new segment: number, salesperson, date, then what the user chose (SEG-001)."""

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.salespeople import default_salesperson
from core.segments.change_segment import change_segment
from core.segments.changes import SegmentChanges
from core.segments.models import Segment
from core.segments.numbers import check_chosen_no, keep_numbered, next_segment_no


def create_segment(
    session: Session,
    actor: Actor,
    changes: SegmentChanges,
    *,
    no: str = "",
    series_code: str = "",
) -> Segment:
    """Create the segment and apply the choices to it in the same request (SEG-027).

    The date is the work date whatever the caller says (SEG-002), and a blank
    salesperson the user's own (SEG-003); change them after.
    Raises RefusedError (E-SERIES-*, E-SALES-DEFAULT, E-UNKNOWN-CODE) and
    ConflictError E-EXISTS.
    """
    series = ""
    if no:
        check_chosen_no(session, no)
    else:
        no, series = next_segment_no(session, actor, series_code=series_code)
    segment = Segment(
        no=no,
        no_series=series,
        salesperson_code=""
        if changes.get("salesperson_code")
        else default_salesperson(session, actor),
        date=actor.work_date,
    )
    keep_numbered(session, segment)
    session.refresh(segment)
    wanted = changes.copy()
    wanted.pop("date", None)
    if not wanted.get("salesperson_code"):  # Blank is what the default is for.
        wanted.pop("salesperson_code", None)
    change_segment(session, segment, wanted)
    return segment
