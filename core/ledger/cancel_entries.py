"""Cancel single interaction log entries, or let them count again (LSEG-003).

One, the ticked ones of a list, or all that a filter matches; many are a job.
"""

from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.models import CampaignEntry
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.interactions.queries import entry_row
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.change import AT_ONCE, Change, refuse_unless_meant
from core.ledger.entry_attachments import (
    count_own_attachments,
    lock_own_attachments,
    remove_attachments,
)
from core.ledger.entry_filter import EntryFilters, entries_matching
from core.ledger.flags import flag_entries, to_flag
from core.ledger.locks import lock_logs_of
from core.segments.bulk import give_hash_memory
from core.segments.count_contacts import count_rows, is_more_than

Entry = InteractionLogEntry

CANCEL_ENTRIES = "cancel_entries"
UNCANCEL_ENTRIES = "uncancel_entries"

SUBJECT = "interaction_log_entries"
"""One job at a time changes entries by a filter: two would count each other's."""


def set_entry_canceled(
    session: Session, actor: Actor, entry_no: int, change: Change
) -> None:
    """Raises NotFoundError, ConflictError E-JOB-RUNNING, E-PARENT-CANCELED."""
    entry_row(session, entry_no)
    entry = Entry.entry_no == entry_no
    lock_logs_of(session, entry)
    _refuse_below_canceled(session, entry, change)
    changed, attachments = _flag(session, entry, change)
    if changed:
        record_audit(
            session,
            actor,
            f"interaction_log_entry.{change.verb}",
            str(entry_no),
            {"attachments_removed": attachments, "reason": change.reason},
        )


def set_entries_canceled(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    change: Change,
    *,
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many of the entries that match had not the flag, or the job that sets it.

    Raises RefusedError E-FILTER, E-COUNT, ConflictError E-JOB-RUNNING,
    E-PARENT-CANCELED.
    """
    refuse_unless_meant(filters, change.expected)
    entries = entries_matching(filters)
    to_change = to_flag(entries, canceled=change.canceled)
    if is_more_than(session, at_once, select(Entry.entry_no).where(to_change)):
        return _request(session, actor, filters, change)
    return _apply(session, actor, filters, change, may_wait=False)


def request_entries_canceled_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    change = Change.of_arguments(arguments)
    return _request(session, actor, arguments["filters"], change)


def set_entries_canceled_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kinds cancel_entries and uncancel_entries."""
    change = Change.of_arguments(run.job.arguments)
    filters = cast("EntryFilters", run.job.arguments["filters"])
    run.progress.phase("counting")
    run.progress.plan(count_to_change(run.session, filters, canceled=change.canceled))
    run.check()
    run.progress.phase("canceling" if change.canceled else "reviving")
    number = _apply(run.session, run.job.actor, filters, change, may_wait=True)
    run.progress.done(number)
    return {"canceled": change.canceled, "entries_changed": number}


def count_to_change(session: Session, filters: EntryFilters, *, canceled: bool) -> int:
    """Of the entries that match, those that do not have the flag yet."""
    entries = to_flag(entries_matching(filters), canceled=canceled)
    return count_rows(session, select(Entry.entry_no).where(entries))


def count_attachments_to_remove(session: Session, filters: EntryFilters) -> int:
    """That would go with the entries, if it were asked for."""
    entries = to_flag(entries_matching(filters), canceled=True)
    return count_own_attachments(session, entries)


def below_canceled() -> ColumnElement[bool]:
    """True of an entry whose logged segment or campaign entry is canceled: it stays
    canceled with it (INT-062)."""
    return or_(
        Entry.logged_segment_entry_no.in_(
            select(LoggedSegment.entry_no).where(LoggedSegment.canceled)
        ),
        Entry.campaign_entry_no.in_(
            select(CampaignEntry.entry_no).where(CampaignEntry.canceled)
        ),
    )


def _apply(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    change: Change,
    *,
    may_wait: bool,
) -> int:
    entries = entries_matching(filters)
    lock_logs_of(session, to_flag(entries, canceled=change.canceled), may_wait=may_wait)
    _refuse_below_canceled(session, entries, change)
    number, attachments = _flag(session, entries, change)
    change.refuse_unless_expected(number)
    record_audit(
        session,
        actor,
        f"interaction_log_entry.{change.verb}",
        f"{number} entries",
        {
            "filters": dict(filters),
            "entries": number,
            "attachments_removed": attachments,
            "reason": change.reason,
        },
    )
    return number


def _flag(
    session: Session, entries: ColumnElement[bool], change: Change
) -> tuple[int, int]:
    """How many entries changed, and how many attachments went with them (INT-061)."""
    own: Collection[int] = []
    if change.canceled and change.remove_attachments:
        own = lock_own_attachments(session, to_flag(entries, canceled=True))
    number = flag_entries(session, entries, canceled=change.canceled)
    remove_attachments(session, own)
    return number, len(own)


def _refuse_below_canceled(
    session: Session, entries: ColumnElement[bool], change: Change
) -> None:
    if change.canceled:
        return
    give_hash_memory(session)
    below: Any = session.execute(
        select(
            func.count().label("entries"),
            func.min(Entry.entry_no).label("first"),
            func.min(Entry.logged_segment_entry_no).label("log"),
        ).where(and_(to_flag(entries, canceled=False), below_canceled()))
    ).one()
    if not below.entries:
        return
    whose = f"Interaction log entry {below.first} belongs"
    if below.entries > 1:
        whose = f"{below.entries:,} of these entries belong"
    raise ConflictError(
        "E-PARENT-CANCELED",
        f"{whose} to a logged segment or a campaign entry that is canceled, and stays "
        "canceled with it. Let that count again instead.",
        links={"logged_segment": str(below.log)} if below.log else {},
    )


def _request(
    session: Session, actor: Actor, filters: EntryFilters, change: Change
) -> Job:
    verb = "Cancel" if change.canceled else "Revive"
    return request_job(
        session,
        actor,
        kind=f"{change.verb}_entries",
        title=f"{verb} interaction log entries",
        subject=SUBJECT,
        arguments={"filters": dict(filters), **change.as_arguments()},
    )
