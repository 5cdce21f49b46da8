"""Attachments nobody points at any more go, and bytes no attachment has."""

from collections.abc import Collection

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from core.attachments.models import Attachment, AttachmentContent
from core.attachments.owners import has_owner, is_kept_by_a_log


def discard_unreferenced(
    session: Session, ids: Collection[int], *, even_kept_ones: bool = False
) -> None:
    """Drop those of the attachments that have no owner left and that no log entry has
    (INV-007). Call it once the owners have let go, in the same transaction.

    What a log keeps for its undoing stays, unless `even_kept_ones` shall go.

    Each time the rows are locked first and judged by a statement of its own: two
    owners who let go of the same attachment at once take their turns, and the second
    one sees that it was the last.
    """
    if not ids:
        return
    session.flush()  # The statements ask the database who still refers to them.
    droppable = session.scalars(
        select(Attachment.id)
        .where(Attachment.id.in_(ids), Attachment.read_only.is_(False))
        .order_by(Attachment.id)
        .with_for_update()
    ).all()
    if not droppable:
        return
    is_held = has_owner() if even_kept_ones else or_(has_owner(), is_kept_by_a_log())
    contents = session.scalars(
        delete(Attachment)
        .where(Attachment.id.in_(droppable), Attachment.read_only.is_(False), ~is_held)
        .returning(Attachment.sha256)
        .execution_options(synchronize_session=False)
    ).all()
    _discard_contents(session, set(contents))


def _discard_contents(session: Session, sha256s: Collection[str]) -> None:
    if not sha256s:
        return
    of_these = AttachmentContent.sha256.in_(sha256s)
    session.execute(
        select(AttachmentContent.sha256)
        .where(of_these)
        .order_by(AttachmentContent.sha256)
        .with_for_update()
    )
    is_used = exists().where(Attachment.sha256 == AttachmentContent.sha256)
    session.execute(
        delete(AttachmentContent)
        .where(of_these, ~is_used)
        .execution_options(synchronize_session=False)
    )
