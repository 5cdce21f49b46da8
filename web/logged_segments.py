"""Segments that were logged: what was planned, what became of it, what followed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.campaigns.models import Campaign, CampaignEntry
from core.database import transaction
from core.delivery.counts import deliveries_of_log
from core.interactions.models import LoggedSegment
from core.interactions.queries import logged_segment_row, logged_segment_rows
from core.jobs.models import Job
from core.segments.logged_contacts import filters_of_logged
from core.segments.models import Segment, SegmentAction
from core.segments.queries import what_became_of
from web import choices
from web.context import engine
from web.job_links import ResultLink, links_for_people
from web.listing import PAGE, address, chips, day, first_page, given, position
from web.permissions import requires

blueprint = Blueprint("logged_segments", __name__, url_prefix="/logged-segments")

LABELS = {
    "text": "Contains",
    "campaign_no": "Campaign",
    "user_id": "User",
    "from": "From",
    "to": "To",
    "canceled": "Canceled",
}
SHOWN = 10
YES_NO = [("no", "No"), ("yes", "Yes")]


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    filters = given(*LABELS)
    before = position("before")
    with transaction(engine()) as session:
        statement = logged_segment_rows().where(*_conditions(filters))
        if before is not None:
            statement = statement.where(LoggedSegment.entry_no < before)
        newest_first = statement.order_by(LoggedSegment.entry_no.desc())
        rows = session.scalars(newest_first.limit(PAGE + 1)).all()
        campaigns = choices.campaigns(session)
    page = rows[:PAGE]
    return render_template(
        "logged_segments/listing.html",
        rows=page,
        filters=filters,
        chips=chips(filters, LABELS),
        campaigns=campaigns,
        yes_no=YES_NO,
        next=address(before=page[-1].entry_no) if len(rows) > PAGE else None,
        first=first_page(),
    )


@blueprint.get("/<int:entry_no>")
@requires(Permission.READ)
def card(entry_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        logged = logged_segment_row(session, entry_no)[0]
        job = session.get(Job, logged.job_id) if logged.job_id else None
        campaign_entries = _campaign_entries(session, entry_no)
        deliveries = deliveries_of_log(session, entry_no)
        left = _what_is_left(job)
        numbers = {link.key for link in left}
        later = _made_of_it_later(session, entry_no, numbers)
        now = what_became_of(session, {*numbers, logged.segment_no})
    return render_template(
        "logged_segments/card.html",
        logged=logged,
        job=job,
        left=left,
        now=now,
        later=later[:SHOWN],
        more=max(0, len(later) - SHOWN),
        campaign_entries=campaign_entries,
        deliveries=deliveries,
        send_job=_send_job(job) if deliveries else None,
    )


def _send_job(job: Job | None) -> str | None:
    return (job.result or {}).get("send_job") if job else None


def _conditions(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    found = []
    if text := filters.get("text"):
        found.append(
            or_(
                LoggedSegment.segment_no.icontains(text, autoescape=True),
                LoggedSegment.description.icontains(text, autoescape=True),
            )
        )
    if campaign_no := filters.get("campaign_no"):
        found.append(LoggedSegment.campaign_no == campaign_no.upper())
    if user_id := filters.get("user_id"):
        found.append(LoggedSegment.user_id == user_id)
    found += _within(filters)
    if canceled := filters.get("canceled"):
        found.append(LoggedSegment.canceled.is_(canceled == "yes"))
    return found


def _within(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    first, last = day(filters.get("from")), day(filters.get("to"))
    created = LoggedSegment.creation_date
    return [
        *([created >= first] if first else []),
        *([created <= last] if last else []),
    ]


def _campaign_entries(session: Session, entry_no: int) -> list[Any]:
    rows = session.execute(
        select(CampaignEntry, Campaign.description)
        .outerjoin(Campaign, Campaign.no == CampaignEntry.campaign_no)
        .where(CampaignEntry.logged_segment_entry_no == entry_no)
        .order_by(CampaignEntry.campaign_no)
    )
    return list(rows)


def _made_of_it_later(
    session: Session, entry_no: int, told: Collection[str]
) -> Sequence[Segment]:
    """Open segments that its contacts came into as one step: follow-ups made later,
    reuses, and the segment itself once the log was undone."""
    step = exists().where(
        SegmentAction.segment_id == Segment.id,
        SegmentAction.action_no <= Segment.head,
        SegmentAction.filters == filters_of_logged(entry_no),
    )
    return session.scalars(
        select(Segment).where(step, Segment.no.not_in(told)).order_by(Segment.no)
    ).all()


def _what_is_left(job: Job | None) -> list[ResultLink]:
    """The segments that came out of the log beside the logged one."""
    links = links_for_people(job.result if job else None)
    return [link for link in links if link.address.startswith("/segments/")]
