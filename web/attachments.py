"""How an attachment comes and leaves: as a file to keep, never as a page of ours."""

from typing import IO, NamedTuple

from flask import Response, request
from sqlalchemy.orm import Session

from core.attachments.kinds import MEDIA_TYPES
from core.attachments.queries import AttachmentFacts, content_of
from core.attachments.take_file import MOST_BYTES
from core.errors import Fault, RefusedError


class OfferedFiles(NamedTuple):
    """What the control of an upload form says."""

    endings: str
    most_megabytes: int


def offered_files() -> OfferedFiles:
    endings = ",".join(f".{extension}" for extension in sorted(MEDIA_TYPES))
    return OfferedFiles(endings, MOST_BYTES // 1024**2)


class UploadedFile(NamedTuple):
    stream: IO[bytes]
    name: str


def uploaded_file() -> UploadedFile:
    """The file of a posted form. RefusedError on `file` where none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        fault = Fault("E-FIELD", "Choose a file first.", field="file")
        raise RefusedError(fault.code, fault.detail, faults=(fault,))
    return UploadedFile(file.stream, file.filename)


def attachment_file(session: Session, attachment: AttachmentFacts) -> Response:
    """The bytes under their own name. Browsers save the file: they neither guess what
    it is nor show it here."""
    response = Response(
        content_of(session, attachment), content_type=attachment.media_type
    )
    response.headers.set(
        "Content-Disposition", "attachment", filename=attachment.file_name
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(tag_of(attachment))
    response.make_conditional(request)
    return response


def tag_of(attachment: AttachmentFacts) -> str:
    """An attachment never changes, so its number is its version."""
    return f"attachment-{attachment.no}"
