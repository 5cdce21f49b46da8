"""Comments on a contact's page: added there, changed on a page of their own."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts import comments, queries
from core.database import transaction
from core.errors import ConflictError, RefusedError
from web.api.contact_comments import CommentDraft
from web.comment_pages import Place, comment_page, comment_seen, comment_typed
from web.contacts import card
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale

blueprint = Blueprint("comments", __name__, url_prefix="/<no>/comments")


@blueprint.post("")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        given = CommentDraft.model_validate(comment_typed(form)).given()
        with transaction(engine()) as session:
            comments.add_comment(session, current_actor(), no, given)
    except (RefusedError, ConflictError) as error:
        page = card.page(no, refusal=refusal_of(error), comment_form=form)
        return page, status_of(error)
    flash("Comment added.")
    return _back(no)


@blueprint.get("/<int:comment_no>")
@requires(Permission.EDIT)
def show(no: str, comment_no: int) -> ResponseReturnValue:
    return _page(no, comment_no, None, NO_REFUSAL)


@blueprint.post("/<int:comment_no>")
@requires(Permission.EDIT)
def save(no: str, comment_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        given = CommentDraft.model_validate(comment_typed(form)).given()
        with transaction(engine()) as session:
            contact = queries.lock_contact(session, no)
            comment = comments.comment_found(session, contact, comment_no)
            refuse_if_stale(form, comment_seen(comment))
            comments.change_comment(session, current_actor(), no, comment_no, given)
    except (RefusedError, ConflictError) as error:
        return _page(no, comment_no, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return _back(no)


@blueprint.post("/<int:comment_no>/delete")
@requires(Permission.EDIT)
def delete(no: str, comment_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        comments.delete_comment(session, current_actor(), no, comment_no)
    flash("Comment deleted.")
    return _back(no)


def _back(no: str) -> ResponseReturnValue:
    return redirect(url_for("contacts.card.show", no=no, _anchor="comments"), 303)


def _page(
    no: str, comment_no: int, form: dict[str, str] | None, refusal: Refusal
) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        comment = comments.comment_found(session, contact, comment_no)
    name = contact.name or contact.no
    card_address = url_for("contacts.card.show", no=contact.no)
    place = Place(
        title=f"Comment on {name}",
        crumbs=[("Contacts", url_for("contacts.listing.show")), (name, card_address)],
        address=url_for("contacts.comments.show", no=contact.no, comment_no=comment_no),
        back=f"{card_address}#comments",
        date_hint="Blank: your work date.",
    )
    return comment_page(comment, place, form, refusal)
