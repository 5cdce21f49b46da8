"""Numbers of segments: the next of the series, or one chosen by hand."""

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import ConflictError, Fault
from core.interactions.models import LoggedSegment
from core.numbering.draw_number import check_manual_number, draw_number
from core.segments.models import Segment


def next_segment_no(
    session: Session, actor: Actor, *, series_code: str = ""
) -> tuple[str, str]:
    """The next number and its series. A number that was logged before is passed over
    too, since the segment could never be logged (NOS-012)."""

    def is_taken(no: str) -> bool:
        is_open = exists().where(Segment.no == no)
        was_logged = exists().where(
            LoggedSegment.segment_no == no, LoggedSegment.undone_at.is_(None)
        )
        return bool(session.scalar(select(or_(is_open, was_logged))))

    return draw_number(
        session,
        "segment_nos",
        actor.work_date,
        series_code=series_code,
        is_taken=is_taken,
    )


def check_chosen_no(session: Session, no: str) -> None:
    """Refuse a number by hand that is in use or that the series does not allow."""
    check_manual_number(session, "segment_nos", no)
    if session.scalar(select(exists().where(Segment.no == no))):
        raise _taken(no)


def keep_numbered(session: Session, segment: Segment) -> None:
    """Write the numbered segment; E-EXISTS when somebody else was faster."""
    session.add(segment)
    try:
        session.flush()  # Its id is needed, and its number must be refused here.
    except IntegrityError as error:
        raise _taken(segment.no) from error


def _taken(no: str) -> ConflictError:
    detail = f"There is already a segment {no}."
    return ConflictError("E-EXISTS", detail, faults=(Fault("E-EXISTS", detail, "no"),))
