"""Comments on an interaction's page: added there, changed on a page of their own."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions import comments
from core.interactions.queries import entry_row
from web import interaction_log_entries
from web.api.entry_comments import EntryCommentDraft
from web.comment_pages import Place, comment_page, comment_seen, comment_typed
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale

ENTRIES = "/interaction-log-entries"

blueprint = Blueprint(
    "entry_comments", __name__, url_prefix=f"{ENTRIES}/<int:entry_no>/comments"
)


@blueprint.post("")
@requires(Permission.EDIT)
def add(entry_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        given = EntryCommentDraft.model_validate(comment_typed(form)).given()
        with transaction(engine()) as session:
            comments.add_comment(session, current_actor(), entry_no, given)
    except RefusedError as error:
        page = interaction_log_entries.page(
            entry_no, refusal=refusal_of(error), comment_form=form
        )
        return page, status_of(error)
    flash("Comment added.")
    return redirect(_section(entry_no), 303)


@blueprint.get("/<int:comment_no>")
@requires(Permission.EDIT)
def show(entry_no: int, comment_no: int) -> ResponseReturnValue:
    return _page(entry_no, comment_no, None, NO_REFUSAL)


@blueprint.post("/<int:comment_no>")
@requires(Permission.EDIT)
def save(entry_no: int, comment_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        given = EntryCommentDraft.model_validate(comment_typed(form)).given()
        with transaction(engine()) as session:
            comment = comments.lock_comment(session, entry_no, comment_no)
            refuse_if_stale(form, comment_seen(comment))
            comments.change_comment(comment, given)
    except (RefusedError, ConflictError) as error:
        return _page(entry_no, comment_no, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect(_section(entry_no), 303)


@blueprint.post("/<int:comment_no>/delete")
@requires(Permission.EDIT)
def delete(entry_no: int, comment_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        session.delete(comments.lock_comment(session, entry_no, comment_no))
    flash("Comment deleted.")
    return redirect(_section(entry_no), 303)


def _section(entry_no: int) -> str:
    return f"{ENTRIES}/{entry_no}#comments"


def _page(
    entry_no: int, comment_no: int, form: dict[str, str] | None, refusal: Refusal
) -> str:
    with transaction(engine()) as session:
        entry_row(session, entry_no)
        comment = comments.comment_found(session, entry_no, comment_no)
    entry = f"{ENTRIES}/{entry_no}"
    place = Place(
        title=f"Comment on interaction {entry_no}",
        crumbs=[("Interaction Log Entries", ENTRIES), (str(entry_no), entry)],
        address=f"{entry}/comments/{comment_no}",
        back=_section(entry_no),
        date_hint="Blank: of the day of the comment before.",
    )
    return comment_page(comment, place, form, refusal)
