from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, CreatedAt, Flag, Text50, Text255


class AttachmentContent(Base):
    """The bytes of attachments, each once, known by what they are."""

    __tablename__ = "attachment_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Attachment(Base):
    """A file as somebody uploaded it. It never changes: whoever replaces it gets a new
    one, so what a log entry points at stays what was sent (ATT-002)."""

    __tablename__ = "attachment"

    id: Mapped[BigId]
    sha256: Mapped[str] = mapped_column(
        String(64), ForeignKey("attachment_content.sha256"), index=True
    )
    file_name: Mapped[Text255]
    "What the user's own computer calls the file; never used as a path."
    read_only: Mapped[Flag]
    "Some interaction log entry refers to it: it is kept as long as one does (LOG-050)."
    created_at: Mapped[CreatedAt]
    created_by: Mapped[Text50]
