"""Delete canceled campaign entries, with every interaction of theirs (CAMP-031)."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy import delete as delete_from
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.models import CampaignEntry
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.change import AT_ONCE
from core.ledger.filter_fields import Fields, rows_matching
from core.ledger.flags import delete_entries
from core.ledger.locks import lock_logs_of
from core.rows import rows_written
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.filter_values import CODE, DAY, NUMBER
from core.segments.targets import keeping_all_targets

Entry = InteractionLogEntry

DELETE_CANCELED_CAMPAIGN_ENTRIES = "delete_canceled_campaign_entries"

_FIELDS: Fields = {
    "entry_no": (CampaignEntry.entry_no, NUMBER),
    "date": (CampaignEntry.date, DAY),
    "salesperson_code": (CampaignEntry.salesperson_code, CODE),
}
CAMPAIGN_ENTRY_FIELDS = tuple(_FIELDS)


def delete_canceled_campaign_entries(
    session: Session,
    actor: Actor,
    campaign_no: str,
    filters: Mapping[str, object],
    *,
    reason: str = "",
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many campaign entries were deleted, or the job that will delete them. Their
    interactions go too, also those that had been revived one by one.

    Raises RefusedError E-FILTER, ConflictError E-JOB-RUNNING.
    """
    numbers = _numbers(session, campaign_no, filters)
    entries = _entries_of(campaign_no, numbers)
    if not is_more_than(session, at_once, select(Entry.entry_no).where(entries)):
        lock_logs_of(session, entries)
        return _delete(session, actor, campaign_no, filters, reason)
    arguments = {
        "campaign_no": campaign_no,
        "filters": dict(filters),
        "reason": reason,
    }
    return request_campaign_entries_deleted(session, actor, arguments)


def request_campaign_entries_deleted(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """The job, whatever its size; also to start it again."""
    campaign_no = arguments["campaign_no"]
    return request_job(
        session,
        actor,
        kind=DELETE_CANCELED_CAMPAIGN_ENTRIES,
        title=f"Delete canceled entries of campaign {campaign_no}",
        subject=f"campaign_entries:{campaign_no}",
        arguments=arguments,
    )


def count_canceled(session: Session, campaign_no: str) -> tuple[int, int]:
    """Canceled entries of the campaign, and the interactions that would go too."""
    numbers = _numbers(session, campaign_no, {})
    entries = _entries_of(campaign_no, numbers)
    return len(numbers), count_rows(session, select(Entry.entry_no).where(entries))


def delete_canceled_campaign_entries_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind delete_canceled_campaign_entries."""
    session, arguments = run.session, run.job.arguments
    campaign_no = str(arguments["campaign_no"])
    filters = cast("Mapping[str, object]", arguments["filters"])
    entries = _entries_of(campaign_no, _numbers(session, campaign_no, filters))
    planned = count_rows(session, select(Entry.entry_no).where(entries))
    run.progress.plan(planned)
    run.progress.phase("deleting")
    lock_logs_of(session, entries, may_wait=True)
    reason = str(arguments["reason"])
    number = _delete(session, run.job.actor, campaign_no, filters, reason)
    run.progress.done(planned)
    return {"campaign_no": campaign_no, "deleted": number}


def _delete(
    session: Session,
    actor: Actor,
    campaign_no: str,
    filters: Mapping[str, object],
    reason: str,
) -> int:
    # Locked, and asked again: somebody may have revived one meanwhile.
    wanted = _canceled(campaign_no, filters)
    numbers = session.scalars(
        select(CampaignEntry.entry_no)
        .where(wanted)
        .order_by(CampaignEntry.entry_no)
        .with_for_update()
    ).all()
    # An entry may be the last that makes a company a target (CAMP-053).
    with keeping_all_targets(session):
        entries = delete_entries(session, _entries_of(campaign_no, numbers))
    number = rows_written(
        session, delete_from(CampaignEntry).where(CampaignEntry.entry_no.in_(numbers))
    )
    record_audit(
        session,
        actor,
        "campaign_entry.delete",
        campaign_no,
        {"campaign_entries": number, "entries": entries, "reason": reason},
    )
    return number


def _numbers(
    session: Session, campaign_no: str, filters: Mapping[str, object]
) -> Sequence[int]:
    wanted = _canceled(campaign_no, filters)
    return session.scalars(select(CampaignEntry.entry_no).where(wanted)).all()


def _canceled(campaign_no: str, filters: Mapping[str, object]) -> ColumnElement[bool]:
    return and_(
        CampaignEntry.campaign_no == campaign_no,
        CampaignEntry.canceled,
        *rows_matching(_FIELDS, filters),
    )


def _entries_of(campaign_no: str, numbers: Sequence[int]) -> ColumnElement[bool]:
    return and_(
        Entry.campaign_no == campaign_no,
        Entry.campaign_no != "",  # as the partial index says
        Entry.campaign_entry_no.in_(numbers),
    )
