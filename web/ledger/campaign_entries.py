"""The canceled entries of a campaign: deleted with their interactions, once asked."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign
from core.database import transaction
from core.jobs.models import Job
from core.ledger.delete_campaign_entries import (
    count_canceled,
    delete_canceled_campaign_entries,
)
from core.records import found_record
from web.context import current_actor, engine
from web.forms import typed
from web.layout import number
from web.ledger.question import Question, answer, ask, reason_of, refuse_unless_typed
from web.permissions import requires

blueprint = Blueprint(
    "campaign_entries", __name__, url_prefix="/campaigns/<no>/entries"
)


@blueprint.get("/delete-canceled")
@requires(Permission.EDIT)
def ask_to_delete(no: str) -> ResponseReturnValue:
    return ask(_question(no.upper()))


@blueprint.post("/delete-canceled")
@requires(Permission.EDIT)
def delete(no: str) -> ResponseReturnValue:
    form, campaign_no = typed(), no.upper()

    def deed(session: Session) -> int | Job:
        refuse_unless_typed(form)
        return delete_canceled_campaign_entries(
            session, current_actor(), campaign_no, {}, reason=reason_of(form)
        )

    def done(deleted: int | Job) -> ResponseReturnValue:
        flash(f"{_campaign_entries(int(str(deleted)))} deleted.")
        return redirect(f"/campaigns/{campaign_no}", 303)

    return answer(form, lambda: _question(campaign_no), deed, done)


def _question(no: str) -> Question:
    with transaction(engine()) as session:
        found_record(session, Campaign, no, NOUN)
        campaign_entries, entries = count_canceled(session, no)
    of_entries = f"{number(entries)} {'entry' if entries == 1 else 'entries'}"
    return Question(
        title=f"Delete canceled entries of campaign {no}",
        sentences=[
            f"Deletes {_campaign_entries(campaign_entries)} and {of_entries} of the "
            "interaction log that belong to them, with their comments."
            if campaign_entries
            else f"No entry of campaign {no} is canceled."
        ],
        warnings=["Deleted entries do not come back."] if campaign_entries else (),
        number=entries,
        button=f"Delete {_campaign_entries(campaign_entries)}",
        back=f"/campaigns/{no}",
        crumbs=[("Campaigns", "/campaigns"), (no, f"/campaigns/{no}")],
        is_possible=bool(campaign_entries),
        is_for_ever=True,
    )


def _campaign_entries(of: int) -> str:
    return f"{number(of)} canceled campaign {'entry' if of == 1 else 'entries'}"
