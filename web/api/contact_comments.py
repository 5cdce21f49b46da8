from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import comments, queries
from core.contacts.models import ContactComment
from core.database import transaction
from web.api import framework
from web.api.comment_models import CommentShown
from web.api.framework.fields import Day, Text255
from web.api.framework.models import AddressKey, AddressNumber
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "contact comments", "What people note about a contact."
)


class CommentChanges(framework.Body):
    date: Day = None
    "Null is the user's work date."
    comment: Text255 = ""


class CommentDraft(CommentChanges):
    comment: Text255


@framework.filters_on(
    CommentShown, date=ContactComment.date, comment=ContactComment.comment
)
class CommentQuery(framework.ListQuery):
    pass


class CommentPath(framework.Path):
    no: AddressKey
    comment_no: AddressNumber


COMMENTS = "/contacts/<no>/comments"
COMMENT = f"{COMMENTS}/<int:comment_no>"


@blueprint.get(
    COMMENTS, responses=framework.lists_of_record(framework.Page[CommentShown])
)
@requires(Permission.READ_CONTACTS)
def list_comments(path: framework.NoPath, query: CommentQuery) -> Response:
    """List the comments on a contact, the latest written first."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.page(
            session,
            select(ContactComment).where(ContactComment.contact_id == contact.id),
            query,
            key=ContactComment.id,
            show=CommentShown.of_comment,
            newest_first=True,
        )


@blueprint.post(COMMENTS, responses=framework.creates(CommentShown))
@requires(Permission.EDIT)
def post_comment(path: framework.NoPath, body: CommentDraft) -> Response:
    """Comment on a contact."""

    def add(session: Session, actor: Actor) -> Response:
        comment = comments.add_comment(session, actor, path.no, body.given())
        way = ("contacts", path.no, "comments", comment.id)
        return framework.created(CommentShown.of_comment(comment), *way)

    return framework.answer_once(add)


@blueprint.get(COMMENT, responses=framework.shows(CommentShown))
@requires(Permission.READ_CONTACTS)
def show_comment(path: CommentPath) -> Response:
    """Show a comment."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        found = comments.comment_found(session, contact, path.comment_no)
        return framework.answer(CommentShown.of_comment(found))


@blueprint.patch(COMMENT, responses=framework.changes(CommentShown))
@requires(Permission.EDIT)
def patch_comment(path: CommentPath, body: CommentChanges) -> Response:
    """Change a comment; who wrote it first stays."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        before = comments.comment_found(session, contact, path.comment_no)
        framework.require_match(CommentShown.of_comment(before))
        comment = comments.change_comment(
            session, current_actor(), path.no, path.comment_no, body.given()
        )
        return framework.answer(CommentShown.of_comment(comment))


@blueprint.delete(COMMENT, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_comment(path: CommentPath) -> Response:
    """Delete a comment."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        before = comments.comment_found(session, contact, path.comment_no)
        framework.require_match(CommentShown.of_comment(before))
        comments.delete_comment(session, current_actor(), path.no, path.comment_no)
        return framework.no_content()
