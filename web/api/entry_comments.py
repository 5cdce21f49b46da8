from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.interactions import comments
from core.interactions.models import InteractionLogEntryComment
from core.interactions.queries import entry_row
from web.api import framework
from web.api.comment_models import CommentShown
from web.api.framework.fields import Day, Text255
from web.api.framework.models import AddressNumber
from web.context import engine
from web.permissions import requires

Comment = InteractionLogEntryComment

blueprint = framework.api_blueprint(
    "comments on interactions", "What people note about an interaction."
)


class EntryCommentChanges(framework.Body):
    date: Day = None
    "Left out on a new comment: the user's work date, if no other comment has it."
    comment: Text255 = ""


class EntryCommentDraft(EntryCommentChanges):
    comment: Text255


@framework.filters_on(CommentShown, date=Comment.date, comment=Comment.comment)
class EntryCommentQuery(framework.ListQuery):
    pass


class EntryCommentPath(framework.EntryNoPath):
    comment_no: AddressNumber


COMMENTS = "/interaction-log-entries/<int:entry_no>/comments"
COMMENT = f"{COMMENTS}/<int:comment_no>"


@blueprint.get(
    COMMENTS, responses=framework.lists_of_record(framework.Page[CommentShown])
)
@requires(Permission.READ_CONTACTS)
def list_comments(path: framework.EntryNoPath, query: EntryCommentQuery) -> Response:
    """List the comments on an interaction, in the order of their lines."""
    with transaction(engine()) as session:
        entry_row(session, path.entry_no)
        return framework.page(
            session,
            select(Comment).where(Comment.entry_no == path.entry_no),
            query,
            key=Comment.id,
            show=CommentShown.of_comment,
        )


@blueprint.post(COMMENTS, responses=framework.creates(CommentShown))
@requires(Permission.EDIT)
def post_comment(path: framework.EntryNoPath, body: EntryCommentDraft) -> Response:
    """Comment on an interaction, also on a canceled one."""

    def add(session: Session, actor: Actor) -> Response:
        comment = comments.add_comment(session, actor, path.entry_no, body.given())
        way = ("interaction-log-entries", path.entry_no, "comments", comment.id)
        return framework.created(CommentShown.of_comment(comment), *way)

    return framework.answer_once(add)


@blueprint.get(COMMENT, responses=framework.shows(CommentShown))
@requires(Permission.READ_CONTACTS)
def show_comment(path: EntryCommentPath) -> Response:
    """Show a comment."""
    with transaction(engine()) as session:
        entry_row(session, path.entry_no)
        found = comments.comment_found(session, path.entry_no, path.comment_no)
        return framework.answer(CommentShown.of_comment(found))


@blueprint.patch(COMMENT, responses=framework.changes(CommentShown))
@requires(Permission.EDIT)
def patch_comment(path: EntryCommentPath, body: EntryCommentChanges) -> Response:
    """Change a comment; who wrote it first stays."""
    with transaction(engine()) as session:
        comment = comments.lock_comment(session, path.entry_no, path.comment_no)
        framework.require_match(CommentShown.of_comment(comment))
        comments.change_comment(comment, body.given())
        return framework.answer(CommentShown.of_comment(comment))


@blueprint.delete(COMMENT, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_comment(path: EntryCommentPath) -> Response:
    """Delete a comment."""
    with transaction(engine()) as session:
        comment = comments.lock_comment(session, path.entry_no, path.comment_no)
        framework.require_match(CommentShown.of_comment(comment))
        session.delete(comment)
        return framework.no_content()
