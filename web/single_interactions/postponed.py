"""Postponed interactions: the list, and each resumed where it was left."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.models import Attachment
from core.attachments.queries import required_attachment
from core.contacts.models import Contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_rows
from core.single_interactions.changes import InteractionChanges
from core.single_interactions.draft import Draft
from core.single_interactions.postponed import (
    change_postponed,
    delete_postponed,
    finish_postponed,
    postponed_entry,
    resumed_draft,
)
from web import choices
from web.attachments import attachment_file
from web.context import current_actor, engine
from web.forms import whole_number
from web.layout import number
from web.listing import PAGE, address, chips, first_page, given, position
from web.permissions import requires
from web.single_interactions import form_page
from web.single_interactions.deeds import POSTPONED, Done, logged_at, postponed_at
from web.single_interactions.sheet import Heading

Entry = InteractionLogEntry

blueprint = Blueprint("postponed", __name__, url_prefix=POSTPONED)

TITLE = "Postponed Interactions"
FILTERS = {"contact_no": "Contact No.", "salesperson_code": "Salesperson"}


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    filters = given(*FILTERS)
    statement = entry_rows(postponed=True)
    if "contact_no" in filters:
        statement = statement.where(Contact.no == filters["contact_no"].upper())
    if "salesperson_code" in filters:
        statement = statement.where(
            Entry.salesperson_code == filters["salesperson_code"].upper()
        )
    before = position("before")
    if before is not None:
        statement = statement.where(Entry.entry_no < before)
    with transaction(engine()) as session:
        newest_first = statement.order_by(Entry.entry_no.desc()).limit(PAGE + 1)
        rows = session.execute(newest_first).all()
        salespeople = choices.all_salespeople(session)
    return render_template(
        "interactions/postponed.html",
        rows=rows[:PAGE],
        filters=filters,
        chips=chips(filters, FILTERS),
        salespeople=salespeople,
        next=address(before=rows[PAGE - 1][0].entry_no) if len(rows) > PAGE else None,
        first=first_page(),
    )


@blueprint.get("/<int:entry_no>")
@requires(Permission.READ_CONTACTS)
def resume(entry_no: int) -> ResponseReturnValue:
    return _unless_finished(entry_no, lambda: form_page.show(_page(entry_no)))


@blueprint.post("/<int:entry_no>/fill")
@requires(Permission.LOG)
def fill(entry_no: int) -> ResponseReturnValue:
    return form_page.fill(_page(entry_no))


@blueprint.post("/<int:entry_no>")
@requires(Permission.LOG)
def finish(entry_no: int) -> ResponseReturnValue:
    page = _page(entry_no, to_change=True)
    return _unless_finished(entry_no, lambda: form_page.answer(page))


@blueprint.post("/delete")
@requires(Permission.LOG)
def delete() -> ResponseReturnValue:
    ticked = [
        number_
        for text in request.form.getlist("entry_no")
        if (number_ := whole_number(text)) is not None
    ]
    try:
        with transaction(engine()) as session:
            gone = delete_postponed(session, current_actor(), ticked)
    except RefusedError as error:
        flash(error.detail, "warn")
        return redirect(POSTPONED, 303)
    nouns = "postponed interaction is" if gone == 1 else "postponed interactions are"
    flash(f"{number(gone)} {nouns} deleted.")
    return redirect(POSTPONED, 303)


@blueprint.get("/<int:entry_no>/attachment")
@requires(Permission.READ_CONTACTS)
def download(entry_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        held = postponed_entry(session, entry_no).attachment_id
        owner = f"Postponed interaction {entry_no}"
        return attachment_file(session, required_attachment(session, held, owner))


def _unless_finished(
    entry_no: int, view: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Whoever comes late is led to what became of it."""
    try:
        return view()
    except ConflictError as error:
        if error.code != "E-FINISHED":
            raise
        flash(error.detail, "warn")
        return redirect(f"/interaction-log-entries/{entry_no}", 303)


def _page(entry_no: int, *, to_change: bool = False) -> form_page.FormPage:
    actor = current_actor()

    def draft(session: Session, said: InteractionChanges) -> Draft:
        return resumed_draft(session, actor, entry_no, said)

    def log(
        session: Session, said: InteractionChanges, content: Attachment | None
    ) -> Done:
        return logged_at(
            finish_postponed(session, actor, entry_no, said, own_content=content)
        )

    def postpone(
        session: Session, said: InteractionChanges, content: Attachment | None
    ) -> Done:
        change_postponed(session, actor, entry_no, said, own_content=content)
        return postponed_at(entry_no)

    def stored(session: Session) -> dict[str, object]:
        entry = postponed_entry(session, entry_no, locking=to_change)
        return {column.key: getattr(entry, column.key) for column in Entry.__table__.c}

    title = f"Postponed interaction {entry_no}"
    heading = Heading(title, POSTPONED, [(TITLE, POSTPONED)], entry_no)
    return form_page.FormPage(heading, draft, log, postpone, stored)
