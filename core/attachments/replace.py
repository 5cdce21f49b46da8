"""Giving an owner another attachment, or none."""

from typing import Protocol

from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.attachments.models import Attachment


class Owner(Protocol):
    """A row with one attachment, locked by the caller."""

    attachment_id: int | None


def replace_attachment(
    session: Session, owner: Owner, attachment: Attachment | None
) -> None:
    """The old one stays where it was logged or somebody else has it (ATT-003)."""
    old = owner.attachment_id
    owner.attachment_id = attachment.id if attachment else None
    if old is not None:
        discard_unreferenced(session, [old])
