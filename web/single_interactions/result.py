"""How a single interaction went: asked when it is logged, and open to be told later."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.queries import entry_row
from core.single_interactions.result import lock_single_interaction, save_result
from core.vocabulary import Evaluation
from web import choices
from web.api.interaction_models import ResultChanges
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.segments.forms import as_input, as_typed
from web.stale import refuse_if_stale, version_of_values

blueprint = Blueprint("result", __name__, url_prefix="/interactions/<int:entry_no>")

FIELDS = tuple(ResultChanges.model_fields)


@blueprint.get("/result")
@requires(Permission.LOG)
def show(entry_no: int) -> ResponseReturnValue:
    return _page(entry_no, None, NO_REFUSAL)


@blueprint.post("/result")
@requires(Permission.LOG)
def save(entry_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        values = {name: as_input(name, form.get(name, "")) for name in FIELDS}
        said = ResultChanges.model_validate(values).given()
        with transaction(engine()) as session:
            entry = lock_single_interaction(session, entry_no)
            refuse_if_stale(form, _seen(entry))
            save_result(session, current_actor(), entry, said)
    except (RefusedError, ConflictError) as error:
        return _page(entry_no, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect(f"/interaction-log-entries/{entry_no}", 303)


def _page(entry_no: int, form: dict[str, str] | None, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        row = entry_row(session, entry_no)
    seen = _seen(row[0])
    return render_template(
        "interactions/result.html",
        row=row,
        entry=row[0],
        form=form or seen,
        version=(form or {}).get("version") or version_of_values(seen),
        evaluations=choices.words(Evaluation),
        refusal=refusal,
    )


def _seen(entry: object) -> dict[str, str]:
    return {name: as_typed(name, getattr(entry, name)) for name in FIELDS}
