"""Another contact on a line, typed over the one that is there (CRIT-042)."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.segments.editing import open_for_editing
from core.segments.line_list import LineFilter, lines
from core.segments.one_line import contact_no_of_line, replace_contact
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.segments.contact_lookup import Found, contacts_required
from web.segments.head import head_of
from web.segments.told import told_of_flags

blueprint = Blueprint(
    "replace_contact", __name__, url_prefix="/<no>/lines/<int:line_no>/contact"
)


@blueprint.get("")
@requires(Permission.EDIT)
def show(no: str, line_no: int) -> ResponseReturnValue:
    return _page(no, line_no)


@blueprint.post("")
@requires(Permission.EDIT)
def replace(no: str, line_no: int) -> ResponseReturnValue:
    text = typed().get("contact", "")
    try:
        with transaction(engine()) as session:
            found = contacts_required(session, text)
            contact = found[0][0]
            is_another = len(found) == 1 and _put(session, no, line_no, contact.no)
    except (RefusedError, ConflictError) as error:
        again = _page(no, line_no, text=text, refusal=refusal_of(error))
        return again, status_of(error)
    if len(found) > 1:
        return _page(no, line_no, text=text, candidates=found), 422
    name = contact.name or contact.no
    if is_another:
        flash(f"Line {line_no} is for {name} now.")
        if warning := told_of_flags(contact):
            flash(warning, "warn")
    else:
        flash(f"Line {line_no} is for {name} already. Nothing was changed.")
    return redirect(url_for("segments.line.show", no=no, line_no=line_no), 303)


def _put(session: Session, no: str, line_no: int, contact_no: str) -> bool:
    """Whether the line is for another contact now than before."""
    segment = open_for_editing(session, no.upper())
    if contact_no_of_line(session, segment, line_no) == contact_no:
        return False
    replace_contact(session, current_actor(), segment, line_no, contact_no)
    return True


def _page(
    no: str,
    line_no: int,
    *,
    text: str = "",
    refusal: Refusal = NO_REFUSAL,
    candidates: Sequence[Found] = (),
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        contact_no_of_line(session, head.segment, line_no)
        (row,) = lines(session, head.segment, LineFilter(line_no=line_no))
    return render_template(
        "segments/replace_contact.html",
        tab="lines",
        head=head,
        row=row,
        text=text,
        refusal=refusal,
        candidates=candidates,
    )
