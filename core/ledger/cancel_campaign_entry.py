"""Cancel a campaign entry, or let it count again, with its interactions (CAMP-030)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.models import CampaignEntry
from core.errors import ConflictError
from core.interactions.campaign_entries import missing
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.change import AT_ONCE, Change
from core.ledger.flags import flag_entries, to_flag
from core.ledger.locks import lock_logs_of
from core.segments.count_contacts import count_rows, is_more_than

Entry = InteractionLogEntry

CANCEL_CAMPAIGN_ENTRY = "cancel_campaign_entry"
UNCANCEL_CAMPAIGN_ENTRY = "uncancel_campaign_entry"


def set_campaign_entry_canceled(
    session: Session,
    actor: Actor,
    campaign_no: str,
    entry_no: int,
    change: Change,
    *,
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many interactions changed with it, or the job that will change them.

    The logged segment keeps its flag whatever becomes of its entries (LSEG-004).
    Raises NotFoundError, ConflictError E-JOB-RUNNING, E-UNDONE, RefusedError E-COUNT.
    """
    entries = _entries_of(campaign_no, entry_no)
    to_change = select(Entry.entry_no).where(to_flag(entries, canceled=change.canceled))
    if is_more_than(session, at_once, to_change):
        _found(session, campaign_no, entry_no)
        return _request(session, actor, campaign_no, entry_no, change)
    return _apply(session, actor, campaign_no, entry_no, change, may_wait=False)


def request_campaign_entry_canceled_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    campaign_no, entry_no = arguments["campaign_no"], arguments["entry_no"]
    _found(session, campaign_no, entry_no)
    change = Change.of_arguments(arguments)
    return _request(session, actor, campaign_no, entry_no, change)


def set_campaign_entry_canceled_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kinds cancel_campaign_entry and uncancel_campaign_entry."""
    change = Change.of_arguments(run.job.arguments)
    campaign_no = str(run.job.arguments["campaign_no"])
    entry_no = int(str(run.job.arguments["entry_no"]))
    entries = to_flag(_entries_of(campaign_no, entry_no), canceled=change.canceled)
    run.progress.plan(count_rows(run.session, select(Entry.entry_no).where(entries)))
    run.progress.phase("canceling" if change.canceled else "reviving")
    number = _apply(
        run.session, run.job.actor, campaign_no, entry_no, change, may_wait=True
    )
    run.progress.done(number)
    return {
        "campaign_no": campaign_no,
        "campaign_entry_no": entry_no,
        "canceled": change.canceled,
        "entries_changed": number,
    }


def _apply(
    session: Session,
    actor: Actor,
    campaign_no: str,
    entry_no: int,
    change: Change,
    *,
    may_wait: bool,
) -> int:
    entries = _entries_of(campaign_no, entry_no)
    logs = lock_logs_of(session, entries, may_wait=may_wait)
    entry = _found(session, campaign_no, entry_no, is_to_change=True)
    undone = [log.segment_no for log in logs if log.undone_at is not None]
    if undone and not change.canceled:
        raise ConflictError(
            "E-UNDONE",
            f"The log of segment {undone[0]} was undone, and its interactions stay "
            "canceled. Log the segment again instead.",
            links={"segment": undone[0]},
        )
    entry.canceled = change.canceled
    session.flush()
    number = flag_entries(session, entries, canceled=change.canceled)
    change.refuse_unless_expected(number)
    record_audit(
        session,
        actor,
        f"campaign_entry.{change.verb}",
        f"{campaign_no} / {entry_no}",
        {"entries": number, "reason": change.reason},
    )
    return number


def _request(
    session: Session, actor: Actor, campaign_no: str, entry_no: int, change: Change
) -> Job:
    title = "Cancel entry {} of campaign {}"
    if not change.canceled:
        title = "Revive entry {} of campaign {}"
    return request_job(
        session,
        actor,
        kind=f"{change.verb}_campaign_entry",
        title=title.format(entry_no, campaign_no),
        subject=f"campaign_entry:{entry_no}",
        arguments={
            "campaign_no": campaign_no,
            "entry_no": entry_no,
            **change.as_arguments(),
        },
    )


def _entries_of(campaign_no: str, entry_no: int) -> ColumnElement[bool]:
    return and_(
        Entry.campaign_no == campaign_no,
        Entry.campaign_no != "",  # as the partial index says
        Entry.campaign_entry_no == entry_no,
    )


def _found(
    session: Session, campaign_no: str, entry_no: int, *, is_to_change: bool = False
) -> CampaignEntry:
    entry = session.get(
        CampaignEntry,
        entry_no,
        with_for_update=is_to_change,
        populate_existing=True,
    )
    if entry is None or entry.campaign_no != campaign_no:
        raise missing(campaign_no, entry_no)
    return entry
