"""Whoever changes entries locks their logged segments first, in order.

Cancelling, deleting and undoing all keep the counters of the logged segment, so they
meet there. While a job works on a logged segment nobody waits for it: they are led
to the job.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.request import refuse_while_open


def subject_of(entry_no: int) -> str:
    """What a job about this logged segment is about."""
    return f"logged_segment:{entry_no}"


def lock_log(session: Session, entry_no: int) -> LoggedSegment:
    """The logged segment, locked until the transaction ends.

    Raises NotFoundError, ConflictError E-JOB-RUNNING with the job at work on it.
    """
    refuse_at_work(session, [entry_no])
    logged = take_log(session, entry_no)
    refuse_at_work(session, [entry_no])
    return logged


def take_log(session: Session, entry_no: int) -> LoggedSegment:
    """The same for the job itself, which waits for whoever is quicker."""
    logged = session.get(
        LoggedSegment, entry_no, with_for_update=True, populate_existing=True
    )
    if logged is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no logged segment {entry_no}.")
    return logged


def lock_logs_of(
    session: Session, entries: ColumnElement[bool], *, may_wait: bool = False
) -> Sequence[LoggedSegment]:
    """The logged segments of these entries, locked in the order of their numbers, so
    that two who change many never wait for each other. Raises as `lock_log`."""
    numbers = session.scalars(
        select(InteractionLogEntry.logged_segment_entry_no)
        .where(entries, InteractionLogEntry.logged_segment_entry_no.is_not(None))
        .distinct()
    ).all()
    return lock_logs(session, [no for no in numbers if no], may_wait=may_wait)


def lock_logs(
    session: Session, numbers: Sequence[int], *, may_wait: bool = False
) -> Sequence[LoggedSegment]:
    """Those that are still there. Raises as `lock_log`."""
    if not may_wait:
        refuse_at_work(session, numbers)
    found = session.scalars(
        select(LoggedSegment)
        .where(LoggedSegment.entry_no.in_(numbers))
        .order_by(LoggedSegment.entry_no)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    if not may_wait:
        refuse_at_work(session, numbers)
    return found


def refuse_at_work(session: Session, numbers: Sequence[int]) -> None:
    """Raise ConflictError E-JOB-RUNNING while a job is about one of them."""
    refuse_while_open(session, [subject_of(number) for number in numbers])
