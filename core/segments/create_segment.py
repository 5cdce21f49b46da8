"""A new segment: number, salesperson, date, then what the user chose (SEG-001)."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.models import Salesperson
from core.errors import Fault, RefusedError
from core.numbering.draw_number import check_manual_number, draw_number
from core.segments.change_segment import change_segment
from core.segments.changes import SegmentChanges
from core.segments.models import Segment


def create_segment(
    session: Session,
    actor: Actor,
    changes: SegmentChanges,
    *,
    no: str = "",
    series_code: str = "",
) -> Segment:
    """Create the segment and apply the choices to it in the same request (SEG-027).

    The date is the work date whatever the caller says (SEG-002); change it after.
    Raises RefusedError: E-SERIES-*, E-EXISTS, E-SALES-DEFAULT, E-UNKNOWN-CODE.
    """
    if no:
        _refuse_taken_number(session, no)
        check_manual_number(session, "segment_nos", no)
        series = ""
    else:
        no, series = draw_number(
            session, "segment_nos", actor.work_date, series_code=series_code
        )
        _refuse_taken_number(session, no)
    segment = Segment(
        no=no,
        no_series=series,
        salesperson_code=""
        if changes.get("salesperson_code")
        else default_salesperson(session, actor),
        date=actor.work_date,
    )
    session.add(segment)
    session.flush()  # The choices below are statements that need its id.
    session.refresh(segment)
    wanted = changes.copy()
    wanted.pop("date", None)
    change_segment(session, segment, wanted)
    return segment


def default_salesperson(session: Session, actor: Actor) -> str:
    """The user's own salesperson, or blank (SEG-003). RefusedError E-SALES-DEFAULT
    when that salesperson is unknown or blocked."""
    code = actor.salesperson_code
    usable = select(
        exists().where(Salesperson.code == code, Salesperson.blocked.is_(False))
    )
    if code and not session.scalar(usable):
        raise RefusedError(
            "E-SALES-DEFAULT",
            f"Your own salesperson {code} does not exist or is blocked. "
            "Ask an administrator to correct your user.",
        )
    return code


def _refuse_taken_number(session: Session, no: str) -> None:
    if session.scalar(select(exists().where(Segment.no == no))):
        detail = f"There is already a segment {no}."
        raise RefusedError(
            "E-EXISTS", detail, faults=(Fault("E-EXISTS", detail, "no"),)
        )
