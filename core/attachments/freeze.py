"""What was logged stays as it was (ATT-002, LOG-050)."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.attachments.models import Attachment
from core.errors import TransientError


def freeze_attachments(session: Session, ids: Collection[int]) -> None:
    """Make read-only what new log entries point at.

    A template's attachment may have been replaced, and dropped, after the entries
    were written from it; or the last entry that had it was deleted meanwhile, which
    thaws it (see thaw.py). Then TransientError, and the log begins once more.
    """
    if not ids:
        return
    of_these = Attachment.id.in_(ids)
    # Those that are read-only already are left alone: logs of the same template need
    # not wait for each other.
    session.execute(
        update(Attachment)
        .where(of_these, Attachment.read_only.is_(False))
        .values(read_only=True)
        .execution_options(synchronize_session=False)
    )
    # Held until the commit, by as many logs as there are: who thaws what seems to
    # have no entry left waits for these.
    held = select(Attachment.id).where(of_these, Attachment.read_only)
    found = session.scalars(held.order_by(Attachment.id).with_for_update(read=True))
    if len(found.all()) != len(set(ids)):
        raise TransientError(
            "E-ATTACHMENT-GONE",
            "An attachment was replaced while it was being logged. Nothing was written.",
        )
