"""How an attachment leaves: as a file to keep, never as a page of ours."""

from flask import Response, request
from sqlalchemy.orm import Session

from core.attachments.queries import AttachmentFacts, content_of


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
