from typing import Any

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.campaigns.campaigns import (
    NOUN,
    change_campaign,
    create_campaign,
    delete_campaign,
)
from core.campaigns.models import Campaign, CampaignEntry
from core.database import transaction
from core.interactions.campaign_entries import entries_of_campaign
from core.interactions.campaign_statistics import statistics_of_campaign
from core.jobs.models import Job
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.change import Change
from web import choices, listing
from web.api.campaigns import CampaignChanges, CampaignDraft, CampaignShown
from web.context import current_actor, engine, nudge
from web.forms import typed
from web.permissions import requires
from web.records import Column, Input, Records, pages_for

ADDRESS = "/campaigns"


def _create(session: Session, actor: Actor, draft: Any) -> Campaign:  # noqa: ANN401
    return create_campaign(session, actor, draft, no=draft.pop("no", ""))


def _change(session: Session, _: Actor, campaign: Campaign, changes: Any) -> None:  # noqa: ANN401
    change_campaign(session, campaign, changes)


def _delete(session: Session, _: Actor, no: str) -> None:
    delete_campaign(session, no)


def _details(session: Session, campaign: Campaign) -> dict[str, object]:
    statement = entries_of_campaign(campaign.no)
    after = listing.position("after")
    if after is not None:
        statement = statement.where(CampaignEntry.entry_no < after)
    newest_first = statement.order_by(CampaignEntry.entry_no.desc())
    rows = session.execute(newest_first.limit(listing.PAGE + 1)).all()
    kept = rows[: listing.PAGE]
    more = len(rows) > listing.PAGE
    return {
        "is_activated": campaign.activated,
        "statistics": statistics_of_campaign(session, campaign.no),
        "entries": kept,
        "next": listing.address(after=kept[-1][0].entry_no) if more else None,
        "first": listing.first_page(),
    }


blueprint = Blueprint("campaigns", __name__)
blueprint.register_blueprint(
    pages_for(
        Records(
            title="Campaigns",
            noun=NOUN,
            about="What several segments and interactions have in common.",
            address=ADDRESS,
            model=Campaign,
            shown=CampaignShown,
            draft=CampaignDraft,
            changes=CampaignChanges,
            key="no",
            key_label="No.",
            columns=(
                Column("no", "No.", "code"),
                Column("description", "Description"),
                Column("starting_date", "Starts", "date"),
                Column("ending_date", "Ends", "date"),
                Column("salesperson_code", "Salesperson", "code"),
                Column("status_code", "Status", "code"),
            ),
            inputs=(
                Input(
                    "no",
                    "No.",
                    longest=20,
                    only_new=True,
                    hint="Blank: the next number of the series.",
                ),
                Input("description", "Description", longest=100),
                Input("starting_date", "Starts on", "date"),
                Input("ending_date", "Ends on", "date", hint="Blank: open end."),
                Input(
                    "salesperson_code",
                    "Salesperson",
                    "choice",
                    options=choices.salespeople,
                ),
                Input(
                    "status_code", "Status", "choice", options=choices.campaign_statuses
                ),
            ),
            start=lambda actor: {"salesperson_code": actor.salesperson_code},
            create=_create,
            change=_change,
            delete=_delete,
            more="records/campaign.html",
            details=_details,
            above=(),
        )
    )
)


@blueprint.post(f"{ADDRESS}/<no>/entries/<int:entry_no>/cancel")
@requires(Permission.EDIT)
def cancel_entry(no: str, entry_no: int) -> ResponseReturnValue:
    return _set_canceled(no, entry_no, canceled=True)


@blueprint.post(f"{ADDRESS}/<no>/entries/<int:entry_no>/uncancel")
@requires(Permission.EDIT)
def uncancel_entry(no: str, entry_no: int) -> ResponseReturnValue:
    return _set_canceled(no, entry_no, canceled=False)


def _set_canceled(no: str, entry_no: int, *, canceled: bool) -> ResponseReturnValue:
    form = typed()
    change = Change(canceled, form.get("reason", "")[:255])
    with transaction(engine()) as session:
        done = set_campaign_entry_canceled(
            session, current_actor(), no.upper(), entry_no, change
        )
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    outcome = "canceled" if canceled else "counts again"
    flash(f"Campaign entry {entry_no} {outcome}, with its interactions.")
    return redirect(f"{ADDRESS}/{no}", 303)
