"""Opening a segment for a change: it must exist, and no job may be reading it."""

import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, NotFoundError
from core.jobs.models import Job
from core.segments.models import Segment
from core.segments.queries import logged_segment_of

LOOK_AGAIN_SECONDS = 0.02
LOOKS = 500
"""Ten seconds; after that it is waited for the lock like for any other."""


def segment_by_no(session: Session, no: str) -> Segment:
    """Raise NotFoundError (E-NOT-FOUND) when there is no such segment, leading to the
    logged segment where it became one."""
    statement = select(Segment).where(Segment.no == no)
    return _found(session, session.scalars(statement).one_or_none(), no)


def lock_segment(session: Session, no: str) -> Segment:
    """The segment, locked until the transaction ends, whether frozen or not."""
    statement = select(Segment).where(Segment.no == no).with_for_update()
    as_it_is_now = {"populate_existing": True}
    segment = session.scalars(statement, execution_options=as_it_is_now).one_or_none()
    return _found(session, segment, no)


def open_for_editing(session: Session, no: str) -> Segment:
    """The locked segment; ConflictError E-FROZEN, with a link to the job, while an
    unfinished job reads it (TRAP-16)."""
    segment = _locked_unless_frozen(session, no)
    _refuse_if_frozen(session, segment)
    return segment


def _locked_unless_frozen(session: Session, no: str) -> Segment:
    """A running job holds the lock until it ends, and may come to it between a look
    and the lock. Nobody shall wait for that: who finds the segment locked looks again.
    """
    wanted = select(Segment).where(Segment.no == no)
    as_it_is_now = {"populate_existing": True}
    for _ in range(LOOKS):
        segment = session.scalars(wanted, execution_options=as_it_is_now).one_or_none()
        _refuse_if_frozen(session, _found(session, segment, no))
        if locked := session.scalars(
            wanted.with_for_update(skip_locked=True), execution_options=as_it_is_now
        ).one_or_none():
            return locked
        time.sleep(LOOK_AGAIN_SECONDS)
    return lock_segment(session, no)


def _refuse_if_frozen(session: Session, segment: Segment) -> None:
    if segment.frozen_by_job_id is None:
        return
    job = session.get_one(Job, segment.frozen_by_job_id)
    raise ConflictError(
        "E-FROZEN",
        f"Segment {segment.no} is being worked on by the job \u201c{job.title}\u201d. "
        "It can be edited again when that job has ended.",
        links={"job": str(job.public_id)},
    )


def _found(session: Session, segment: Segment | None, no: str) -> Segment:
    if segment is None:
        raise not_open(session, no)
    return segment


def not_open(session: Session, no: str) -> NotFoundError:
    """What is said of a number that no segment has now."""
    logged = logged_segment_of(session, no)
    if logged is None:
        return NotFoundError("E-NOT-FOUND", f"There is no segment {no}.")
    return NotFoundError(
        "E-NOT-FOUND",
        f"Segment {no} has been logged, so it is no longer among the active ones.",
        links={"logged_segment": str(logged.entry_no)},
    )
