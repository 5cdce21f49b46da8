from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.numbering.queries import series_by_code
from core.segments.change_segment import change_segment
from core.segments.changes import SegmentChanges
from core.segments.create_segment import create_segment
from core.segments.models import Segment
from core.setup.queries import marketing_setup
from web import choices
from web.api.segment_models import SegmentDraft
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires

blueprint = Blueprint("new", __name__, url_prefix="/new")


@blueprint.get("")
@requires(Permission.EDIT)
def show() -> ResponseReturnValue:
    actor = current_actor()
    form = {
        "date": actor.work_date.isoformat(),
        "salesperson_code": actor.salesperson_code,
        # From a campaign's page the segment starts with the campaign (SEG-005).
        "campaign_no": request.args.get("campaign_no", ""),
    }
    return _page(form, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def create() -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            no = _created(session, current_actor(), form).no
    except (RefusedError, ConflictError) as error:
        return _page(form, refusal_of(error)), status_of(error)
    flash(f"Segment {no} is there. Add its contacts now.")
    return redirect(url_for("segments.lines.show", no=no), 303)


def _created(session: Session, actor: Actor, form: dict[str, str]) -> Segment:
    # What was left blank is not chosen: a template may still fill it.
    draft = SegmentDraft.model_validate({k: v for k, v in form.items() if v})
    segment = create_segment(session, actor, draft.given(), no=draft.no)
    change_segment(session, segment, _chosen_otherwise(segment, draft, form))
    return segment


def _chosen_otherwise(
    segment: Segment, draft: SegmentDraft, form: dict[str, str]
) -> SegmentChanges:
    """What a new segment gets whatever its maker says (SEG-002, SEG-003), changed at
    once to what the maker sees on the form."""
    changes: SegmentChanges = {}
    if draft.date and draft.date != segment.date:
        changes["date"] = draft.date
    if form.get("salesperson_code") == "" and segment.salesperson_code:
        changes["salesperson_code"] = ""
    return changes


def _page(form: dict[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        return render_template(
            "segments/new.html",
            form=form,
            refusal=refusal,
            templates=choices.templates(session),
            campaigns=choices.campaigns(session),
            salespeople=choices.salespeople(session),
            **_numbering(session),
        )


def _numbering(session: Session) -> dict[str, Any]:
    code = marketing_setup(session).segment_nos
    series = series_by_code(session, code) if code else None
    return {
        "series_code": code,
        "gives_numbers": series is not None and series.default_nos,
        "takes_numbers": not code or (series is not None and series.manual_nos),
    }
