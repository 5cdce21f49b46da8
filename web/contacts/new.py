from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts import queries
from core.contacts.create_contact import create_contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from web.api.contacts import ContactDraft
from web.contacts.forms import FIELDS, given_in, options, refusal_in_form
from web.contacts.look_alikes import after_saving
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, status_of, typed
from web.permissions import requires

blueprint = Blueprint("new", __name__, url_prefix="/new")


@blueprint.get("")
@requires(Permission.EDIT)
def show() -> ResponseReturnValue:
    # From a company's page the new contact is a person of it (CONT-034).
    company_no = request.args.get("company_no", "")
    kind = "person" if company_no else "company"
    return _page({"type": kind, "company_no": company_no}, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def create() -> ResponseReturnValue:
    form = typed()
    try:
        draft = ContactDraft.model_validate(
            {**given_in(form, {}), "no": form.get("no", "")}
        )
        with transaction(engine()) as session:
            contact = create_contact(session, current_actor(), draft.given())
            no = contact.no
    except (RefusedError, ConflictError) as error:
        return _page(form, refusal_in_form(error)), status_of(error)
    flash(f"Contact {no} is there.")
    return after_saving(no, FIELDS)


def _page(form: dict[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        return render_template(
            "contacts/form.html",
            contact=None,
            company=queries.contact_by_no(session, form.get("company_no", "")),
            form=form,
            refusal=refusal,
            options=options(session, form),
        )
