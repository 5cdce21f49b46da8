"""Whom a campaign is aimed at: the question before it is activated, and the list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign
from core.database import transaction
from core.errors import RefusedError
from core.jobs.models import Job
from core.records import found_record
from core.segments.activate_campaign import (
    activate_campaign,
    deactivate_campaign,
    size_if_activated,
    size_of_group,
    target_key,
    target_rows,
)
from core.vocabulary import CampaignTargetType
from web import listing
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed
from web.layout import number
from web.permissions import requires

blueprint = Blueprint("campaign_targets", __name__, url_prefix="/campaigns/<no>")


@blueprint.get("/targets")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.post("/activate")
@requires(Permission.EDIT)
def activate(no: str) -> ResponseReturnValue:
    told = typed().get("expected", "")
    expected = int(told) if told.isdecimal() else None
    try:
        with transaction(engine()) as session:
            done = activate_campaign(
                session, current_actor(), no.upper(), expected=expected
            )
            size = size_of_group(session, no.upper())
    except RefusedError as error:
        return _page(no, refusal_of(error)), 422
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(f"Campaign {no.upper()} is activated: {number(size.targets)} targets.")
    return redirect(url_for("campaign_targets.show", no=no), 303)


@blueprint.post("/deactivate")
@requires(Permission.EDIT)
def deactivate(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        deactivate_campaign(session, current_actor(), no.upper())
    flash(f"Campaign {no.upper()} is no longer activated.")
    return redirect(url_for("campaign_targets.show", no=no), 303)


def _page(no: str, refusal: Refusal = NO_REFUSAL) -> str:
    after = request.args.get("after", "")
    with transaction(engine()) as session:
        campaign = found_record(session, Campaign, no.upper(), NOUN)
        size = (
            size_of_group(session, campaign.no)
            if campaign.activated
            else size_if_activated(session, campaign.no)
        )
        key = target_key()
        rows = session.execute(
            target_rows(campaign.no)
            .add_columns(key.label("key"))
            .where(key > after)
            .order_by(key)
            .limit(listing.PAGE + 1)
        ).all()
    page = rows[: listing.PAGE]
    return render_template(
        "records/campaign_targets.html",
        campaign=campaign,
        size=size,
        rows=page,
        customer=CampaignTargetType.CUSTOMER,
        refusal=refusal,
        next=listing.address(after=page[-1].key) if len(rows) > listing.PAGE else None,
        first=listing.first_page(),
    )
