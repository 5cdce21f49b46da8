"""What no log entry has any more is history no longer (INT-070, INT-071)."""

from collections.abc import Collection

from sqlalchemy import Column, exists, select, update
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.attachments.models import Attachment
from core.base import Base


def thaw_attachments(
    session: Session, ids: Collection[int], *, even_kept_ones: bool = False
) -> None:
    """Let those of the attachments that no entry has any more be dropped with their
    last owner, and drop at once what has none, as `discard_unreferenced` does. Call it
    once the entries have let go, in the same transaction.
    """
    if not ids:
        return
    session.flush()
    lock_attachments(session, ids)
    entry: Column[int] = Base.metadata.tables["interaction_log_entry"].c.attachment_id
    # As the partial index says it.
    is_logged = exists().where(entry == Attachment.id, entry.is_not(None))
    session.execute(
        update(Attachment)
        .where(Attachment.id.in_(ids), Attachment.read_only, ~is_logged)
        .values(read_only=False)
        .execution_options(synchronize_session=False)
    )
    discard_unreferenced(session, ids, even_kept_ones=even_kept_ones)


def lock_attachments(session: Session, ids: Collection[int]) -> None:
    """Afterwards no log is at the point of committing an entry that has one of them,
    and none gets there until this transaction ends: ask then who has them."""
    session.execute(
        select(Attachment.id)
        .where(Attachment.id.in_(ids))
        .order_by(Attachment.id)
        .with_for_update()
    )
