from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.attachments.kinds import ContentKind, kind_of, media_type_of
from core.attachments.models import Attachment, AttachmentContent
from core.errors import NotFoundError


class AttachmentFacts(NamedTuple):
    """An attachment without its bytes."""

    no: int
    file_name: str
    size: int
    "Bytes."
    sha256: str
    read_only: bool

    @property
    def kind(self) -> ContentKind:
        return kind_of(self.file_name)

    @property
    def media_type(self) -> str:
        return media_type_of(self.file_name)


def attachment_facts(session: Session, no: int | None) -> AttachmentFacts | None:
    return attachments_facts(session, [no]).get(no or 0)


def attachments_facts(
    session: Session, nos: Iterable[int | None]
) -> dict[int, AttachmentFacts]:
    """Of all of them at once, by their numbers."""
    wanted = {no for no in nos if no}
    if not wanted:
        return {}
    rows = session.execute(_facts().where(Attachment.id.in_(wanted)))
    return {row[0]: AttachmentFacts(*row) for row in rows}


def required_attachment(
    session: Session, no: int | None, owner: str
) -> AttachmentFacts:
    """Raise NotFoundError in which `owner` has no attachment."""
    found = attachment_facts(session, no)
    if found is None:
        raise NotFoundError("E-NOT-FOUND", f"{owner} has no attachment.")
    return found


def content_of(session: Session, attachment: AttachmentFacts) -> bytes:
    return session.execute(
        select(AttachmentContent.content).where(
            AttachmentContent.sha256 == attachment.sha256
        )
    ).scalar_one()


def _facts() -> Select[int, str, int, str, bool]:
    return select(
        Attachment.id,
        Attachment.file_name,
        AttachmentContent.size,
        Attachment.sha256,
        Attachment.read_only,
    ).join(AttachmentContent, AttachmentContent.sha256 == Attachment.sha256)
