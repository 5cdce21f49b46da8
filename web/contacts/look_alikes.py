"""Companies that look like one: shown after it was saved, and whenever asked for."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from core.access.roles import Permission
from core.contacts import queries
from core.contacts.duplicates.look_alikes import look_alikes
from core.contacts.duplicates.search_strings import field_of, search_strings
from core.contacts.duplicates.separate import ask_again, keep_apart, kept_apart_from
from core.contacts.fields import CAPTIONS
from core.contacts.models import Contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.impatient import (
    EXACT_SECONDS,
    QUICK_SECONDS,
    begin_count,
    was_ended,
)
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType
from web.context import current_actor, engine
from web.forms import typed
from web.permissions import requires

blueprint = Blueprint("look_alikes", __name__)

APART_SHOWN = 50
WHERE = ("after", "left", "right", "score")
"""What of the list of duplicates was looked at, to go on there."""


@blueprint.get("/<no>/duplicates")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        apart = session.execute(
            kept_apart_from(contact).order_by(Contact.no).limit(APART_SHOWN)
        ).all()
    found = _found(no, EXACT_SECONDS)
    return render_template(
        "contacts/look_alikes.html",
        contact=contact,
        is_company=contact.type == ContactType.COMPANY,
        found=[(like, in_words(like.strings)) for like in found or ()],
        was_slow=found is None,
        apart=apart,
    )


@blueprint.post("/<no>/separate-contacts")
@requires(Permission.EDIT)
def separate(no: str) -> ResponseReturnValue:
    form = typed()
    other_no = form.get("other_no", "")
    try:
        with transaction(engine()) as session:
            keep_apart(session, current_actor(), no, other_no)
    except (RefusedError, ConflictError) as error:
        flash(error.detail, "bad")
    else:
        flash(f"{no.upper()} and {other_no.upper()} are separate contacts.")
    if form.get("from") == "list":
        here = urlencode({name: form[name] for name in WHERE if form.get(name)})
        return redirect(f"{url_for('contacts.duplicates.show')}?{here}", 303)
    return redirect(url_for("contacts.look_alikes.show", no=no), 303)


@blueprint.post("/<no>/separate-contacts/<other_no>/delete")
@requires(Permission.EDIT)
def take_back(no: str, other_no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        ask_again(session, current_actor(), no, other_no)
    flash(f"{no.upper()} and {other_no.upper()} may be the same after all.")
    return redirect(url_for("contacts.look_alikes.show", no=no), 303)


def after_saving(no: str, fields: Collection[str]) -> ResponseReturnValue:
    """Lead to the contact; to those that look like it, where one of the fields that
    were saved is looked at and there are any. The contact is there either way."""
    address = url_for("contacts.card.show", no=no)
    if _is_asked_for(fields) and _found(no, QUICK_SECONDS):
        address = url_for("contacts.look_alikes.show", no=no)
    return redirect(address, 303)


def in_words(codes: Sequence[str]) -> str:
    """`NAME-FIRST`, `CITY-FIRST`, `CITY-LAST` as "start of name, city"."""
    parts: dict[str, list[str]] = {}
    for code in codes:
        field, _, part = code.rpartition("-")
        parts.setdefault(field, []).append({"FIRST": "start", "LAST": "end"}[part])
    return ", ".join(
        _caption(field) if len(of) == 2 else f"{of[0]} of {_caption(field)}"
        for field, of in parts.items()
    )


def _caption(field: str) -> str:
    return CAPTIONS[field.lower()].lower()


def _is_asked_for(fields: Collection[str]) -> bool:
    with transaction(engine()) as session:
        if not marketing_setup(session).autosearch_for_duplicates:
            return False
        return any(field_of(string) in fields for string in search_strings(session))


def _found(no: str, seconds: float) -> Any:  # noqa: ANN401  (look-alikes, or None)
    """None where it takes longer than that."""
    try:
        with transaction(engine()) as session:
            begin_count(session, "", seconds=seconds)
            return look_alikes(session, queries.contact_found(session, no))
    except DBAPIError as error:
        if not was_ended(error):
            raise
        return None
