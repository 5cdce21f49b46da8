"""A new segment of the contacts that a list shows."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts.queries import count_contacts
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.actions import ActionOptions
from core.segments.change_roster import RosterChange, change_roster
from core.segments.contact_filter import contacts_matching
from core.segments.create_segment import create_segment
from core.vocabulary import ActionKind
from web.contact_filter import PARAMETER, filters_given
from web.contacts.listing import COUNTED_UP_TO
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed
from web.layout import number
from web.permissions import requires
from web.segments.filter_words import filters_in_words

blueprint = Blueprint("make_segment", __name__)

ADDRESS = "/make-segment"


@blueprint.get(ADDRESS)
@requires(Permission.EDIT)
def show() -> ResponseReturnValue:
    return _page(request.args.get(PARAMETER, ""))


@blueprint.post(ADDRESS)
@requires(Permission.EDIT)
def create() -> ResponseReturnValue:
    form = typed()
    text, description = form.get(PARAMETER, ""), form.get("description", "")
    actor = current_actor()
    try:
        change = RosterChange(
            ActionKind.ADD_CONTACTS, filters_given(text), ActionOptions()
        )
        with transaction(engine()) as session:
            segment = create_segment(session, actor, {"description": description[:100]})
            done = change_roster(session, actor, segment.no, change)
    except (RefusedError, ConflictError) as error:
        return _page(text, description, refusal_of(error))
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(
        f"Segment {segment.no} is made, {number(done.lines_changed)} contacts are in it."
    )
    return redirect(url_for("segments.lines.show", no=segment.no), 303)


def _page(
    text: str, description: str = "", refusal: Refusal = NO_REFUSAL
) -> tuple[str, int]:
    try:
        filters = filters_given(text)
        where = contacts_matching(filters)
    except RefusedError as error:
        page = render_template(
            "contacts/make_segment.html",
            count=None,
            words="",
            filter_text=text,
            description=description,
            refusal=refusal_of(error),
        )
        return page, 422
    with transaction(engine()) as session:
        count = count_contacts(session, where=where, at_most=COUNTED_UP_TO)
        [words] = filters_in_words(session, filters)
    page = render_template(
        "contacts/make_segment.html",
        count=count,
        counted_up_to=COUNTED_UP_TO,
        words=words,
        filter_text=text,
        description=description,
        refusal=refusal,
    )
    return page, 422 if refusal.headline else 200
