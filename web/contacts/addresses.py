"""Alternative addresses on a contact's page: added, changed, dated, deleted."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import address_date_ranges, alternative_addresses, queries
from core.contacts.address_date_ranges import Period
from core.contacts.models import ContactAltAddress
from core.database import transaction
from core.errors import ConflictError, RefusedError
from web.api.alternative_addresses import AddressBody, AddressDraft, RangeDraft
from web.contacts import card
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import FIELD, refuse_if_stale, version_of_values

blueprint = Blueprint("addresses", __name__, url_prefix="/<no>/addresses")


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(no: str) -> ResponseReturnValue:
    return _form(no, None, {}, NO_REFUSAL)


@blueprint.post("/new")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        given = AddressDraft.model_validate(form).given()
        code = given.pop("code")
        with transaction(engine()) as session:
            alternative_addresses.add_address(session, current_actor(), no, code, given)
    except (RefusedError, ConflictError) as error:
        return _form(no, None, form, refusal_of(error)), status_of(error)
    flash(f"Alternative address {code} is there. Say when it is in use.")
    return _back(no)


@blueprint.get("/<code>")
@requires(Permission.EDIT)
def show(no: str, code: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        address = alternative_addresses.address_found(session, contact, code)
    return _form(no, code, _as_form(address), NO_REFUSAL)


@blueprint.post("/<code>")
@requires(Permission.EDIT)
def save(no: str, code: str) -> ResponseReturnValue:
    form = typed()
    try:
        sent = {name: text for name, text in form.items() if name != FIELD}
        given = AddressBody.model_validate(sent).given()
        with transaction(engine()) as session:
            contact = queries.lock_contact(session, no)
            address = alternative_addresses.address_found(session, contact, code)
            refuse_if_stale(form, _as_form(address))
            alternative_addresses.change_address(
                session, current_actor(), no, code, given
            )
    except (RefusedError, ConflictError) as error:
        return _form(no, code, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return _back(no)


@blueprint.post("/<code>/delete")
@requires(Permission.EDIT)
def delete(no: str, code: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        alternative_addresses.delete_address(session, current_actor(), no, code)
    flash(f"Alternative address {code} is deleted.")
    return _back(no)


@blueprint.post("/<code>/ranges")
@requires(Permission.EDIT)
def add_range(no: str, code: str) -> ResponseReturnValue:
    form = typed()
    deed = address_date_ranges.add_date_range
    return _dated(no, code, form, deed, "The dates are added.")


@blueprint.post("/<code>/ranges/<starting_date>")
@requires(Permission.EDIT)
def change_range(no: str, code: str, starting_date: str) -> ResponseReturnValue:
    form = {**typed(), "starting_date": starting_date}
    deed = address_date_ranges.change_date_range
    return _dated(no, code, form, deed, "The dates are changed.")


@blueprint.post("/<code>/ranges/<starting_date>/delete")
@requires(Permission.EDIT)
def delete_range(no: str, code: str, starting_date: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        address_date_ranges.delete_date_range(
            session, current_actor(), no, code, _day(starting_date)
        )
    flash("The dates are deleted.")
    return _back(no)


def _dated(
    no: str,
    code: str,
    form: dict[str, str],
    deed: Callable[[Session, Actor, str, str, Period], object],
    words: str,
) -> ResponseReturnValue:
    sent = {"starting_date": form.get("starting_date", "")}
    sent |= {"ending_date": form["ending_date"]} if form.get("ending_date") else {}
    try:
        draft = RangeDraft.model_validate(sent)
        period = Period(draft.starting_date, draft.ending_date)
        with transaction(engine()) as session:
            deed(session, current_actor(), no, code, period)
    except (RefusedError, ConflictError) as error:
        is_new = deed is address_date_ranges.add_date_range
        shown = {"range_code": code, "range_form": form, "range_is_new": is_new}
        return card.page(no, refusal=refusal_of(error), **shown), status_of(error)
    flash(words)
    return _back(no)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # no range starts there, so it is not found


def _back(no: str) -> ResponseReturnValue:
    return redirect(url_for("contacts.card.show", no=no, _anchor="addresses"), 303)


def _form(no: str, code: str | None, form: dict[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        version = ""
        if code:
            address = alternative_addresses.address_found(session, contact, code)
            version = version_of_values(_as_form(address))
    return render_template(
        "contacts/address.html",
        contact=contact,
        code=code,
        version=version,
        form=form,
        refusal=refusal,
    )


def _as_form(address: ContactAltAddress) -> dict[str, str]:
    return {name: getattr(address, name) for name in AddressBody.model_fields}
