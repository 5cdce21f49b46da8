"""Take a whole log back in one step: its entries are canceled, its segment is there
again under its old number, an untouched follow-up goes (ADR 0012)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.contacts.guard import share_contacts
from core.delivery.take_back import refuse_to_take_back, take_back_mail
from core.errors import ConflictError
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.cancel_log import flag_log
from core.ledger.change import AT_ONCE
from core.ledger.locks import lock_log, subject_of, take_log
from core.ledger.restore_segment import another_segment, is_open, restore_segment
from core.ledger.untouched_follow_up import FollowUp, follow_up_of
from core.segments.delete_segment import delete_segment
from core.segments.targets import keeping_all_targets

UNDO_LOG = "undo_log"


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a log did."""

    segment_no: str
    "The segment that is there again."
    lines_restored: int
    contacts_gone: int
    "Lines that could not come back, since their contact was deleted after the log."
    entries_canceled: int
    campaign_entries_canceled: int
    follow_up_segment_no: str | None
    follow_up_taken_away: bool
    "Only while nothing had happened to it since the log."


def undo_log(
    session: Session,
    actor: Actor,
    entry_no: int,
    *,
    reason: str = "",
    at_once: int = AT_ONCE,
) -> Undone | Job:
    """Undo the log of the logged segment, or promise the job that will.

    Raises NotFoundError, ConflictError E-JOB-RUNNING, E-UNDONE (a second time),
    E-NOT-KEPT (logged before logs could be undone), E-ENTRIES-DELETED, E-EXISTS (the
    number was given to another segment), E-MAIL-SENT (some of it went out).
    """
    logged = lock_log(session, entry_no)
    refuse_to_undo(session, logged)
    if logged.no_left <= at_once:
        return _undo(session, actor, logged, reason)
    return _request(session, actor, logged, reason)


def request_undo_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    logged = lock_log(session, arguments["entry_no"])
    refuse_to_undo(session, logged)
    return _request(session, actor, logged, arguments["reason"])


def undo_log_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind undo_log."""
    session, entry_no = run.session, int(str(run.job.arguments["entry_no"]))
    logged = take_log(session, entry_no)
    refuse_to_undo(session, logged)
    planned = _planned(logged)
    run.progress.plan(planned)
    run.progress.phase("undoing")
    done = asdict(
        _undo(session, run.job.actor, logged, str(run.job.arguments["reason"]))
    )
    run.progress.done(planned)
    return {
        "logged_segment_entry_no": entry_no,
        "restored_segment_no": done.pop("segment_no"),
        **done,
    }


def refuse_to_undo(session: Session, logged: LoggedSegment) -> None:
    """Raise ConflictError for the reason why this log cannot be taken back."""
    no = logged.segment_no
    if logged.undone_at is not None:
        raise ConflictError(
            "E-UNDONE",
            f"The log of segment {no} was undone already, by {logged.undone_by}.",
            links={"segment": no},
        )
    if logged.header is None:
        raise ConflictError(
            "E-NOT-KEPT",
            f"Segment {no} was logged before logs could be undone: nothing was kept of "
            "it. Cancel the logged segment instead.",
        )
    if logged.no_deleted:
        raise ConflictError(
            "E-ENTRIES-DELETED",
            f"{logged.no_deleted:,} entries of segment {no} have been deleted, so not "
            "all its lines are known any more. Cancel the logged segment instead.",
        )
    if is_open(session, no):
        raise another_segment(no)
    refuse_to_take_back(session, logged.entry_no)


def _request(session: Session, actor: Actor, logged: LoggedSegment, reason: str) -> Job:
    return request_job(
        session,
        actor,
        kind=UNDO_LOG,
        title=f"Undo the log of segment {logged.segment_no}",
        subject=subject_of(logged.entry_no),
        arguments={"entry_no": logged.entry_no, "reason": reason},
        planned=_planned(logged),
    )


def _undo(session: Session, actor: Actor, logged: LoggedSegment, reason: str) -> Undone:
    entry_no, segment_no = logged.entry_no, logged.segment_no
    entries, header = logged.no_left, logged.header or {}
    # No contact disappears between the entry that names it and the line.
    share_contacts(session)
    follow_up = follow_up_of(session, logged, lock=True)
    with keeping_all_targets(session):
        taken_away = _take_away(session, follow_up)
        take_back_mail(session, entry_no)
        canceled = flag_log(session, logged, canceled=True)
        session.execute(
            update(LoggedSegment)
            .where(LoggedSegment.entry_no == entry_no)
            .values(undone_at=func.now(), undone_by=actor.username)
        )
        lines = restore_segment(session, actor, entry_no, header)
    done = Undone(
        segment_no=segment_no,
        lines_restored=lines,
        contacts_gone=entries - lines,
        entries_canceled=canceled.entries,
        campaign_entries_canceled=canceled.campaign_entries,
        follow_up_segment_no=follow_up.no if follow_up else None,
        follow_up_taken_away=taken_away,
    )
    detail = {**asdict(done), "reason": reason}
    record_audit(session, actor, "logged_segment.undo", str(entry_no), detail)
    return done


def _take_away(session: Session, follow_up: FollowUp | None) -> bool:
    if follow_up is None or follow_up.untouched is None:
        return False
    delete_segment(session, follow_up.untouched)
    return True


def _planned(logged: LoggedSegment) -> int:
    """Entries to cancel, and lines to restore."""
    return logged.no_left - logged.no_canceled + logged.no_left
