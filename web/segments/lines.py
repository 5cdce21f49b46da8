"""The contacts of a segment, with what each line inherits and what is its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.segments.editing import open_for_editing
from core.segments.inherited import inherited_values
from core.segments.line_list import lines
from core.segments.one_line import add_line
from web import choices
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.listing import PAGE, address, chips, first_page, given, position
from web.permissions import requires
from web.segments.contact_lookup import Found, contacts_like, contacts_required
from web.segments.head import head_of
from web.segments.line_choice import BLANK, FILTERS, line_filter
from web.segments.line_fields import OWN_LABELS, as_read
from web.segments.told import told_of_flags

blueprint = Blueprint("lines", __name__)

COLUMNS = frozenset(
    {
        "salesperson_code",
        "interaction_template_code",
        "description",
        "cost",
        "duration",
        "date",
        "correspondence_type",
    }
)
"""The values that have a column; further own ones are only named."""


@blueprint.get("/<no>")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.post("/<no>/lines")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    text = typed().get("contact", "")
    try:
        with transaction(engine()) as session:
            found = contacts_required(session, text)
            contact = found[0][0]
            if len(found) == 1:
                segment = open_for_editing(session, no.upper())
                add_line(session, current_actor(), segment, contact.no)
    except (RefusedError, ConflictError) as error:
        return _page(no, text=text, refusal=refusal_of(error)), status_of(error)
    if len(found) > 1:
        return _page(no, text=text, candidates=found), 422
    flash(f"{contact.name or contact.no} is added as the last line.")
    if warning := told_of_flags(contact):
        flash(warning, "warn")
    return redirect(url_for("segments.lines.show", no=no, _anchor="contact"), 303)


@blueprint.get("/contact-options")
@requires(Permission.READ_CONTACTS)
def contact_options() -> ResponseReturnValue:
    with transaction(engine()) as session:
        text = next(iter(request.args.values()), "")  # whatever the field is called
        found = contacts_like(session, text.strip())
    return render_template("segments/contact_options.html", found=found)


def _page(
    no: str,
    *,
    text: str = "",
    refusal: Refusal = NO_REFUSAL,
    candidates: Sequence[Found] = (),
) -> str:
    filters = given(*FILTERS)
    after = position("after") or 0
    wanted = replace(line_filter(filters), after=after, limit=PAGE + 1)
    with transaction(engine()) as session:
        head = head_of(session, no)
        rows = lines(session, head.segment, wanted) if head.no_of_lines else []
        page = rows[:PAGE]
        with_own = [row.line_no for row in page if row.personal]
        inherited = (
            inherited_values(session, head.segment, with_own) if with_own else {}
        )
        offered = {
            "salespeople": choices.all_salespeople(session),
            "templates": choices.templates(session),
        }
    return render_template(
        "segments/lines.html",
        tab="lines",
        head=head,
        rows=page,
        inherited=inherited,
        as_read=as_read,
        further=_further_own_values(page),
        filters=filters,
        chips=chips(_in_words(filters), FILTERS),
        next=address(after=page[-1].line_no) if len(rows) > PAGE else None,
        first=first_page(),
        text=text,
        refusal=refusal,
        candidates=candidates,
        labels=OWN_LABELS,
        **offered,
    )


def _further_own_values(rows: Sequence[Row[Any]]) -> dict[int, str]:
    further = {
        row.line_no: ", ".join(
            OWN_LABELS[name] for name in row.personal if name not in COLUMNS
        )
        for row in rows
    }
    return {line_no: names for line_no, names in further.items() if names}


def _in_words(filters: dict[str, str]) -> dict[str, str]:
    words = {
        "personal": "with own values",
        "own": OWN_LABELS.get(filters.get("own", "")),
    }
    return {
        name: words.get(name) or ("none" if value == BLANK else value)
        for name, value in filters.items()
    }
