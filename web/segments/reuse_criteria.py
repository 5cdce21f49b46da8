from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.models import SavedCriteria
from core.segments.reuse_criteria import reuse_criteria
from core.segments.saved_criteria import actions_of
from web.api.segment_reuse import ReuseCriteriaBody
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.layout import number
from web.listing import PAGE, given
from web.permissions import requires
from web.segments.criteria_words import steps_by_code
from web.segments.head import head_of

blueprint = Blueprint("reuse_criteria", __name__, url_prefix="/<no>/reuse-criteria")


@blueprint.get("")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    return _page(no, request.args, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def reuse(no: str) -> ResponseReturnValue:
    """To the steps that were done, or to the job that does them."""
    form = typed()
    try:
        body = ReuseCriteriaBody.model_validate(
            {
                "code": form.get("code"),
                "confirm": "confirm" in form,
                "reset_when_empty": "reset" in form,
            }
        )
        with transaction(engine()) as session:
            done = reuse_criteria(
                session,
                current_actor(),
                no.upper(),
                body.code,
                confirm=body.confirm,
                reset_when_empty=body.reset_when_empty,
            )
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(f"Criteria {body.code} are done again: {number(done)} lines came or went.")
    return redirect(url_for("segments.criteria.show", no=no), 303)


def _page(no: str, form: Mapping[str, str], refusal: Refusal) -> str:
    text = given("q").get("q", "")
    statement = select(SavedCriteria).order_by(SavedCriteria.code).limit(PAGE + 1)
    if text:
        statement = statement.where(
            or_(
                SavedCriteria.code.icontains(text, autoescape=True),
                SavedCriteria.description.icontains(text, autoescape=True),
            )
        )
    with transaction(engine()) as session:
        head = head_of(session, no)
        found = session.scalars(statement).all()
        actions = actions_of(session, *(saved.code for saved in found[:PAGE]))
        steps = steps_by_code(session, actions)
    return render_template(
        "segments/reuse_criteria.html",
        tab="criteria",
        head=head,
        found=found[:PAGE],
        is_more=len(found) > PAGE,
        steps=steps,
        query_text=text,
        form=form,
        refusal=refusal,
    )
