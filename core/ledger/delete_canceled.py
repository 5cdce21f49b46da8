"""Delete what is canceled: entries (INT-072) and logged segments (LSEG-010).

What still counts is never deleted. A deleted logged segment leaves its entries, still
canceled, and gives its number free (LSEG-012).
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.models import AuditEvent
from core.attachments.discard import discard_unreferenced
from core.campaigns.models import CampaignEntry
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.cancel_entries import SUBJECT, count_to_change
from core.ledger.change import AT_ONCE, refuse_unless
from core.ledger.entry_filter import EntryFilters, entries_matching
from core.ledger.filter_fields import Fields, rows_matching
from core.ledger.flags import delete_entries, detach_entries, to_flag
from core.ledger.kept_content import attachments_kept_by
from core.ledger.locks import lock_logs, lock_logs_of
from core.rows import rows_written
from core.segments.count_contacts import is_more_than
from core.segments.filter_values import (
    CODE,
    DAY,
    NUMBER,
)
from core.segments.targets import keeping_all_targets

Entry = InteractionLogEntry

DELETE_CANCELED_ENTRIES = "delete_canceled_entries"
DELETE_CANCELED_LOGGED_SEGMENTS = "delete_canceled_logged_segments"

LOG_DELETED = "logged_segment.delete"
"""One audit row for each, so that what is missing is known to be meant."""

_LOG_FIELDS: Fields = {
    "entry_no": (LoggedSegment.entry_no, NUMBER),
    "segment_no": (LoggedSegment.segment_no, CODE),
    "campaign_no": (LoggedSegment.campaign_no, CODE),
    "creation_date": (LoggedSegment.creation_date, DAY),
}
LOG_FIELDS = tuple(_LOG_FIELDS)


def delete_canceled_entries(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    *,
    reason: str = "",
    expected: int | None = None,
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many entries were deleted, or the job that will delete them.

    Raises RefusedError E-FILTER, E-COUNT, ConflictError E-JOB-RUNNING.
    """
    canceled = to_flag(entries_matching(filters), canceled=False)
    if not is_more_than(session, at_once, select(Entry.entry_no).where(canceled)):
        lock_logs_of(session, canceled)
        return _delete_entries(session, actor, filters, reason, expected)
    arguments = {"filters": dict(filters), "reason": reason, "expected": expected}
    return request_entries_deleted(session, actor, arguments)


def request_entries_deleted(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """The job, whatever its size; also to start it again."""
    return request_job(
        session,
        actor,
        kind=DELETE_CANCELED_ENTRIES,
        title="Delete canceled interaction log entries",
        subject=SUBJECT,
        arguments=arguments,
    )


def delete_canceled_entries_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind delete_canceled_entries."""
    session, arguments = run.session, run.job.arguments
    filters = cast("EntryFilters", arguments["filters"])
    run.progress.phase("counting")
    run.progress.plan(count_to_change(session, filters, canceled=False))
    run.check()
    run.progress.phase("deleting")
    canceled = to_flag(entries_matching(filters), canceled=False)
    lock_logs_of(session, canceled, may_wait=True)
    reason, expected = str(arguments["reason"]), arguments["expected"]
    number = _delete_entries(
        session, run.job.actor, filters, reason, cast("int | None", expected)
    )
    run.progress.done(number)
    return {"deleted": number}


def _delete_entries(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    reason: str,
    expected: int | None,
) -> int:
    canceled = to_flag(entries_matching(filters), canceled=False)
    # An entry may be the last that makes a company a target (CAMP-053).
    with keeping_all_targets(session):
        number = delete_entries(session, canceled)
        refuse_unless(number, expected, "be deleted")
    record_audit(
        session,
        actor,
        "interaction_log_entry.delete",
        f"{number} entries",
        {"filters": dict(filters), "entries": number, "reason": reason},
    )
    return number


def canceled_logs(filters: Mapping[str, object]) -> ColumnElement[bool]:
    """The WHERE condition on logged_segment. Raise RefusedError E-FILTER."""
    return and_(LoggedSegment.canceled, *rows_matching(_LOG_FIELDS, filters))


def delete_canceled_logs(
    session: Session,
    actor: Actor,
    filters: Mapping[str, object],
    *,
    reason: str = "",
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many logged segments were deleted, or the job that will delete them.

    Raises RefusedError E-FILTER, ConflictError E-JOB-RUNNING.
    """
    wanted = canceled_logs(filters)
    entries = select(
        func.coalesce(
            func.sum(LoggedSegment.no_of_interactions - LoggedSegment.no_deleted), 0
        )
    )
    if session.execute(entries.where(wanted)).scalar_one() <= at_once:
        found = lock_logs(session, _numbers(session, wanted))
        return _delete_logs(session, actor, found, reason)
    arguments = {"filters": dict(filters), "reason": reason}
    return request_logs_deleted(session, actor, arguments)


def request_logs_deleted(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """The job, whatever its size; also to start it again."""
    return request_job(
        session,
        actor,
        kind=DELETE_CANCELED_LOGGED_SEGMENTS,
        title="Delete canceled logged segments",
        subject="canceled_logged_segments",
        arguments=arguments,
    )


def delete_canceled_logs_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind delete_canceled_logged_segments."""
    session, arguments = run.session, run.job.arguments
    wanted = canceled_logs(cast("Mapping[str, object]", arguments["filters"]))
    found = lock_logs(session, _numbers(session, wanted), may_wait=True)
    entries = sum(logged.no_left for logged in found)
    run.progress.plan(entries)
    run.progress.phase("deleting")
    number = _delete_logs(session, run.job.actor, found, str(arguments["reason"]))
    run.progress.done(entries)
    return {"deleted": number}


def _numbers(session: Session, wanted: ColumnElement[bool]) -> Sequence[int]:
    return session.scalars(select(LoggedSegment.entry_no).where(wanted)).all()


def _delete_logs(
    session: Session, actor: Actor, found: Sequence[LoggedSegment], reason: str
) -> int:
    # Somebody may have revived one until it was locked.
    numbers = [logged.entry_no for logged in found if logged.canceled]
    detach_entries(session, Entry.logged_segment_entry_no.in_(numbers))
    rows_written(
        session,
        update(CampaignEntry)
        .where(CampaignEntry.logged_segment_entry_no.in_(numbers))
        .values(logged_segment_entry_no=None),
    )
    of_numbers = LoggedSegment.entry_no.in_(numbers)
    _record_each(session, actor, of_numbers, reason)
    kept = attachments_kept_by(session, numbers)
    deleted = rows_written(session, delete_from(LoggedSegment).where(of_numbers))
    discard_unreferenced(session, kept)
    return deleted


def _record_each(
    session: Session, actor: Actor, wanted: ColumnElement[bool], reason: str
) -> None:
    detail = func.jsonb_build_object(
        "segment_no", LoggedSegment.segment_no, "reason", literal(reason)
    )
    rows_written(
        session,
        insert(AuditEvent).from_select(
            ["username", "action", "subject", "detail"],
            select(
                literal(actor.username),
                literal(LOG_DELETED),
                as_type(LoggedSegment.entry_no, String),
                as_type(detail, JSONB),
            )
            .where(wanted)
            .order_by(LoggedSegment.entry_no),
        ),
    )
