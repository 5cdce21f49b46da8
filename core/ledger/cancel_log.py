"""Cancel a logged segment, or let it count again, with everything under it (LSEG-002).

At once while it is small; a large one is a job, which does all of it or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.models import CampaignEntry
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.change import AT_ONCE, Change
from core.ledger.flags import flag_entries
from core.ledger.locks import lock_log, lock_logs, subject_of, take_log
from core.rows import rows_written

CANCEL_LOGGED_SEGMENT = "cancel_logged_segment"
UNCANCEL_LOGGED_SEGMENT = "uncancel_logged_segment"


@dataclass(frozen=True, slots=True)
class LogCanceled:
    """What changed with a logged segment."""

    entries: int
    campaign_entries: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What cancelling, or letting count again, would do now."""

    entries: int
    "That would change."
    campaign_entries: int
    apart: int
    "Entries canceled one by one; letting the rest count again revives them too."


def scope_of(session: Session, logged: LoggedSegment) -> Scope:
    """From the counters alone, so that asking costs nothing (DEC-12)."""
    return scopes_of(session, [logged])[0]


def scopes_of(session: Session, logs: Sequence[LoggedSegment]) -> Sequence[Scope]:
    """The same of several, with one question for all."""
    of_campaigns = select(
        CampaignEntry.logged_segment_entry_no, CampaignEntry.canceled, func.count()
    ).where(CampaignEntry.logged_segment_entry_no.in_([each.entry_no for each in logs]))
    by_flag = {
        (entry_no, canceled): number
        for entry_no, canceled, number in session.execute(
            of_campaigns.group_by(
                CampaignEntry.logged_segment_entry_no, CampaignEntry.canceled
            )
        )
    }
    return [
        Scope(
            entries=each.no_counted,
            campaign_entries=by_flag.get((each.entry_no, each.canceled), 0),
            apart=0 if each.canceled else each.no_canceled,
        )
        for each in logs
    ]


def set_log_canceled(
    session: Session,
    actor: Actor,
    entry_no: int,
    change: Change,
    *,
    at_once: int = AT_ONCE,
) -> LogCanceled | Job:
    """Set the flag on the logged segment, its campaign entries and its entries, also
    on those that were canceled or revived one by one; or promise the job that will.

    Raises NotFoundError, ConflictError E-JOB-RUNNING, E-UNDONE, RefusedError E-COUNT.
    """
    logged = lock_log(session, entry_no)
    _refuse_undone(logged, change)
    if logged.no_left > at_once:
        return _request(session, actor, logged, change)
    return _apply(session, actor, logged, change)


def request_log_canceled_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    change = Change.of_arguments(arguments)
    logged = lock_log(session, arguments["entry_no"])
    _refuse_undone(logged, change)
    return _request(session, actor, logged, change)


def set_log_canceled_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kinds cancel_logged_segment and uncancel_logged_segment."""
    change = Change.of_arguments(run.job.arguments)
    logged = take_log(run.session, int(str(run.job.arguments["entry_no"])))
    entry_no, segment_no = logged.entry_no, logged.segment_no
    run.progress.plan(scope_of(run.session, logged).entries)
    run.progress.phase("canceling" if change.canceled else "reviving")
    done = _apply(run.session, run.job.actor, logged, change)
    run.progress.done(done.entries)
    return {
        "segment_no": segment_no,
        "logged_segment_entry_no": entry_no,
        "canceled": change.canceled,
        "entries_changed": done.entries,
        "campaign_entries_changed": done.campaign_entries,
    }


def _refuse_undone(logged: LoggedSegment, change: Change) -> None:
    if logged.undone_at is not None and not change.canceled:
        raise ConflictError(
            "E-UNDONE",
            f"The log of segment {logged.segment_no} was undone: its lines are back in "
            "the segment. Log that again instead.",
            links={"segment": logged.segment_no},
        )


def _apply(
    session: Session, actor: Actor, logged: LoggedSegment, change: Change
) -> LogCanceled:
    entry_no = logged.entry_no
    done = flag_log(session, logged, canceled=change.canceled)
    change.refuse_unless_expected(done.entries)
    record_audit(
        session,
        actor,
        f"logged_segment.{change.verb}",
        str(entry_no),
        {
            "segment_no": logged.segment_no,
            "entries": done.entries,
            "campaign_entries": done.campaign_entries,
            "reason": change.reason,
        },
    )
    return done


def flag_log(session: Session, logged: LoggedSegment, *, canceled: bool) -> LogCanceled:
    """The flag on the locked logged segment and all that belongs to it."""
    entry_no = logged.entry_no
    logged.canceled = canceled
    session.flush()
    campaign_entries = rows_written(
        session,
        update(CampaignEntry)
        .where(
            CampaignEntry.logged_segment_entry_no == entry_no,
            CampaignEntry.canceled.is_not(canceled),
        )
        .values(canceled=canceled),
    )
    of_log = InteractionLogEntry.logged_segment_entry_no == entry_no
    return LogCanceled(
        flag_entries(session, of_log, canceled=canceled), campaign_entries
    )


def _request(
    session: Session, actor: Actor, logged: LoggedSegment, change: Change
) -> Job:
    title = (
        "Cancel logged segment {}" if change.canceled else "Revive logged segment {}"
    )
    return request_job(
        session,
        actor,
        kind=f"{change.verb}_logged_segment",
        title=title.format(f"{logged.entry_no}, {logged.segment_no}"),
        subject=subject_of(logged.entry_no),
        arguments={"entry_no": logged.entry_no, **change.as_arguments()},
        planned=scope_of(session, logged).entries,
    )


def set_logs_canceled(
    session: Session, actor: Actor, entry_nos: Sequence[int], change: Change
) -> Sequence[LogCanceled | Job]:
    """The same for several at once, those that have the flag left alone (LSEG-001):
    each one done, or promised where they are large together.

    `expected` is the number of entries of all. Raises as `set_log_canceled`.
    """
    logs = [
        logged
        for logged in lock_logs(session, entry_nos)
        if logged.canceled is not change.canceled
    ]
    scopes = scopes_of(session, logs)
    change.refuse_unless_expected(sum(scope.entries for scope in scopes))
    numbers = [logged.entry_no for logged in logs]
    at_once = AT_ONCE if sum(logged.no_left for logged in logs) <= AT_ONCE else 0
    return [
        set_log_canceled(
            session,
            actor,
            number,
            replace(change, expected=scope.entries),
            at_once=at_once,
        )
        for number, scope in zip(numbers, scopes, strict=True)
    ]
