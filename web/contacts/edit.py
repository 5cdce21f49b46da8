from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts import queries
from core.contacts.change_contact import change_contact
from core.contacts.delete_contact import delete_contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from web.api.contacts import ContactBody
from web.contacts.forms import (
    form_of,
    given_in,
    options,
    refusal_in_form,
    version_of,
)
from web.contacts.look_alikes import after_saving
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, status_of, typed
from web.permissions import requires

blueprint = Blueprint("edit", __name__)


@blueprint.get("/<no>/edit")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    return _page(no, None, NO_REFUSAL)


@blueprint.post("/<no>/edit")
@requires(Permission.EDIT)
def save(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            saved = _save(session, no, form)
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_in_form(error)), status_of(error)
    flash("Saved.")
    return after_saving(no, saved)


@blueprint.post("/<no>/delete")
@requires(Permission.EDIT)
def delete(no: str) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            delete_contact(session, current_actor(), no)
    except ConflictError as error:
        flash(error.detail, "bad")
        return redirect(url_for("contacts.card.show", no=no), 303)
    flash(f"Contact {no} is deleted.")
    return redirect(url_for("contacts.listing.show"), 303)


def _save(session: Session, no: str, form: dict[str, str]) -> Collection[str]:
    """The fields that were changed."""
    contact = queries.lock_contact(session, no)
    if form.get("version") != version_of(contact):
        raise ConflictError(
            "E-CHANGED",
            "Somebody has changed this contact since you opened it. What you typed is "
            "below; compare it with the contact's page, then save again.",
        )
    changes = ContactBody.model_validate(given_in(form, form_of(session, contact)))
    if changes.model_fields_set:
        change_contact(session, current_actor(), no, changes.given())
    return changes.model_fields_set


def _page(no: str, form: dict[str, str] | None, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        shown = form or form_of(session, contact)
        return render_template(
            "contacts/form.html",
            contact=contact,
            company=queries.company_of(session, contact),
            version=version_of(contact),
            form=shown,
            refusal=refusal,
            options=options(session, shown),
        )
