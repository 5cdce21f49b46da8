from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.segments.queries import actions
from core.segments.saved_criteria import save_criteria
from web.api.saved_criteria import SavedCriteriaDraft
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.segments.head import head_of

blueprint = Blueprint("save_criteria", __name__, url_prefix="/<no>/criteria/save")


@blueprint.get("")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    return _page(no, {}, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def save(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        draft = SavedCriteriaDraft.model_validate(form)
        with transaction(engine()) as session:
            save_criteria(
                session,
                current_actor(),
                no.upper(),
                code=draft.code,
                description=draft.description,
            )
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    flash(f"The criteria are saved as {draft.code}.")
    return redirect(url_for("saved_criteria.card", code=draft.code), 303)


def _page(no: str, form: dict[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        undone = len(actions(session, head.segment)) - head.no_of_criteria_actions
    return render_template(
        "segments/save_criteria.html",
        tab="criteria",
        head=head,
        undone=undone,
        form=form,
        refusal=refusal,
    )
