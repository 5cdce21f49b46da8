"""Saved criteria: how contacts were chosen, to be chosen so again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_

from core.access.roles import Permission
from core.database import transaction
from core.errors import RefusedError
from core.segments.models import SavedCriteria
from core.segments.saved_criteria import (
    actions_of,
    change_saved_criteria,
    delete_saved_criteria,
    saved_criteria_by_code,
    saved_criteria_rows,
)
from web import listing
from web.api.saved_criteria import SavedCriteriaChanges
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed
from web.permissions import requires
from web.segments.criteria_words import steps_by_code

blueprint = Blueprint("saved_criteria", __name__, url_prefix="/saved-criteria")


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    filters = listing.given("q")
    after = listing.given("after").get("after", "")
    statement = saved_criteria_rows().where(SavedCriteria.code > after)
    if text := filters.get("q"):
        statement = statement.where(
            or_(
                SavedCriteria.code.icontains(text, autoescape=True),
                SavedCriteria.description.icontains(text, autoescape=True),
            )
        )
    ordered = statement.order_by(SavedCriteria.code).limit(listing.PAGE + 1)
    with transaction(engine()) as session:
        found = [row[0] for row in session.execute(ordered)]
        page = found[: listing.PAGE]
        actions = actions_of(session, *(saved.code for saved in page))
        steps = steps_by_code(session, actions)
    more = len(found) > listing.PAGE
    return render_template(
        "saved_criteria/listing.html",
        rows=page,
        steps=steps,
        query_text=filters.get("q", ""),
        next=listing.address(after=page[-1].code) if more else None,
        first=listing.first_page(),
    )


@blueprint.get("/<code>")
@requires(Permission.READ_CONTACTS)
def card(code: str) -> ResponseReturnValue:
    return _card(code.upper())


@blueprint.post("/<code>")
@requires(Permission.EDIT)
def change(code: str) -> ResponseReturnValue:
    form = typed()
    try:
        description = SavedCriteriaChanges.model_validate(form).description
        with transaction(engine()) as session:
            change_saved_criteria(session, code.upper(), description=description)
    except RefusedError as error:
        return _card(code.upper(), form, refusal_of(error)), 422
    flash("Saved.")
    return redirect(url_for("saved_criteria.card", code=code), 303)


@blueprint.post("/<code>/delete")
@requires(Permission.EDIT)
def delete(code: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        delete_saved_criteria(session, current_actor(), code.upper())
    flash(f"Saved criteria {code.upper()} deleted.")
    return redirect(url_for("saved_criteria.show"), 303)


def _card(
    code: str, form: dict[str, str] | None = None, refusal: Refusal = NO_REFUSAL
) -> str:
    with transaction(engine()) as session:
        saved = saved_criteria_by_code(session, code)
        steps = steps_by_code(session, actions_of(session, code)).get(code, [])
    return render_template(
        "saved_criteria/card.html",
        saved=saved,
        steps=steps,
        form=form or {"description": saved.description},
        refusal=refusal,
    )
