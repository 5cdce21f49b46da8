"""Whom a campaign is aimed at: the question before it is activated, and the list."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, tuple_
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign, CampaignTarget
from core.database import transaction
from core.errors import RefusedError
from core.jobs.models import Job
from core.records import found_record
from core.segments.activate_campaign import activate_campaign, deactivate_campaign
from core.segments.change_roster import AT_ONCE
from core.segments.target_group import (
    TARGET_KEY,
    size_if_activated,
    size_of_group,
    target_rows,
)
from core.vocabulary import CampaignTargetType
from web import listing
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed, whole_number
from web.layout import number
from web.permissions import requires

COUNTED_UP_TO = 10_000
KINDS = {str(int(kind)) for kind in CampaignTargetType}

blueprint = Blueprint("campaign_targets", __name__, url_prefix="/campaigns/<no>")


@blueprint.get("/targets")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.post("/activate")
@requires(Permission.EDIT)
def activate(no: str) -> ResponseReturnValue:
    expected = whole_number(typed().get("expected", ""))
    try:
        with transaction(engine()) as session:
            done = activate_campaign(
                session, current_actor(), no.upper(), expected=expected
            )
            if not isinstance(done, Job):
                size = size_of_group(session, done.no)
                words = f"is activated: {number(size.targets)} targets."
                flash(f"Campaign {done.no} {words}")
    except RefusedError as error:
        return _page(no, refusal_of(error)), 422
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    return redirect(url_for("campaign_targets.show", no=no), 303)


@blueprint.post("/deactivate")
@requires(Permission.EDIT)
def deactivate(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        deactivate_campaign(session, current_actor(), no.upper())
    flash(f"Campaign {no.upper()} is no longer activated.")
    return redirect(url_for("campaign_targets.show", no=no), 303)


def _page(no: str, refusal: Refusal = NO_REFUSAL) -> str:
    with transaction(engine()) as session:
        campaign = found_record(session, Campaign, no.upper(), NOUN)
        size = (
            size_of_group(session, campaign.no, at_most=COUNTED_UP_TO)
            if campaign.activated
            else size_if_activated(session, campaign.no)
        )
        rows = _rows(session, campaign.no) if campaign.activated else ()
    page = rows[: listing.PAGE]
    return render_template(
        "records/campaign_targets.html",
        campaign=campaign,
        size=size,
        rows=page,
        counted_up_to=COUNTED_UP_TO,
        at_once=AT_ONCE,
        customer=CampaignTargetType.CUSTOMER,
        refusal=refusal,
        next=_address_behind(page[-1][0]) if len(rows) > listing.PAGE else None,
        first=listing.first_page(),
    )


def _rows(session: Session, no: str) -> Sequence[Row[Any]]:
    """One more than a page tells of a next one."""
    kind, _, name = listing.given("after").get("after", "").partition("/")
    statement = target_rows(no)
    if kind in KINDS:
        statement = statement.where(tuple_(*TARGET_KEY) > (int(kind), name))
    page = statement.order_by(*TARGET_KEY).limit(listing.PAGE + 1)
    return session.execute(page).all()


def _address_behind(target: CampaignTarget) -> str:
    return listing.address(after=f"{target.type}/{target.no}")
