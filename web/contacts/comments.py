"""Comments on a contact's page: added there, changed on a page of their own."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts import comments, queries
from core.contacts.models import ContactComment
from core.database import transaction
from core.errors import ConflictError, RefusedError
from web.api.contact_comments import CommentDraft
from web.contacts import card
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale, version_of_values

blueprint = Blueprint("comments", __name__, url_prefix="/<no>/comments")


@blueprint.post("")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        given = _draft(form).given()
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
        given = _draft(form).given()
        with transaction(engine()) as session:
            contact = queries.lock_contact(session, no)
            comment = comments.comment_found(session, contact, comment_no)
            refuse_if_stale(form, _seen(comment))
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


def _draft(form: dict[str, str]) -> CommentDraft:
    given = {name: form.get(name) or None for name in ("date", "comment")}
    return CommentDraft.model_validate(given)


def _seen(comment: ContactComment) -> dict[str, object]:
    return {"date": comment.date, "comment": comment.comment}


def _back(no: str) -> ResponseReturnValue:
    return redirect(url_for("contacts.card.show", no=no, _anchor="comments"), 303)


def _page(
    no: str, comment_no: int, form: dict[str, str] | None, refusal: Refusal
) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        comment = comments.comment_found(session, contact, comment_no)
        return render_template(
            "contacts/comment.html",
            contact=contact,
            comment=comment,
            version=version_of_values(_seen(comment)),
            form=comment if form is None else form,
            refusal=refusal,
        )
