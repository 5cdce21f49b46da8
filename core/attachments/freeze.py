"""What was logged stays as it was (ATT-002, LOG-050)."""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.attachments.models import Attachment
from core.errors import TransientError


def freeze_attachments(session: Session, ids: Collection[int]) -> None:
    """Make read-only what new log entries point at.

    A template's attachment may have been replaced, and dropped, after the entries
    were written from it: then TransientError, and the log begins once more with the
    new one.
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
    found = session.scalar(select(func.count()).where(of_these))
    if found != len(set(ids)):
        raise TransientError(
            "E-ATTACHMENT-GONE",
            "An attachment was replaced while it was being logged. Nothing was written.",
        )
