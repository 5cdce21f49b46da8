"""The attachment of a record, below its address: PUT takes a file, GET hands it out."""

from collections.abc import Callable
from typing import Any, Literal

from flask import Response, request
from flask_openapi3.models.file import FileStorage
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from core.attachments.models import Attachment
from core.attachments.queries import (
    AttachmentFacts,
    attachment_facts,
    required_attachment,
)
from core.attachments.take_file import take_file
from web.api import framework
from web.api.framework.fields import Count, Flag, Text255
from web.attachments import attachment_file, tag_of
from web.context import current_actor

Give = Callable[[Attachment | None], None]
"""Makes the record point at the new attachment, or at none."""


class AttachmentForm(framework.Body):
    file: FileStorage


class AttachmentShown(framework.Shown):
    no: Count
    file_name: Text255
    kind: Literal["word", "html", "other"]
    size: Count
    "Bytes."
    read_only: Flag
    "An interaction log entry refers to it, so it is kept as long as one does."


FILE: dict[int | str, Any] = framework.shows(AttachmentShown) | {
    200: {
        "description": "The file, to be saved under the name it comes with.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "ETag": {
                "description": "The version of this attachment.",
                "schema": {"type": "string"},
            }
        },
    }
}


def shown_attachment(
    session: Session, attachment_id: int | None
) -> AttachmentShown | None:
    """As it stands in the record that has it."""
    facts = attachment_facts(session, attachment_id)
    return None if facts is None else AttachmentShown.of(facts, kind=facts.kind.value)


def hand_out(session: Session, attachment_id: int | None, owner: str) -> Response:
    return attachment_file(session, required_attachment(session, attachment_id, owner))


def take_in(
    session: Session, attachment_id: int | None, form: AttachmentForm, give: Give
) -> Response:
    """Another file in the place of the record's attachment, if it has one."""
    _require_match(attachment_facts(session, attachment_id))
    name = form.file.filename or ""
    taken = take_file(session, current_actor(), form.file.stream, name)
    give(taken)
    facts = required_attachment(session, taken.id, name)
    response = framework.answer(AttachmentShown.of(facts, kind=facts.kind.value))
    response.set_etag(tag_of(facts))
    return response


def take_away(
    session: Session, attachment_id: int | None, owner: str, give: Give
) -> Response:
    _require_match(required_attachment(session, attachment_id, owner))
    give(None)
    return framework.no_content()


def _require_match(now_there: AttachmentFacts | None) -> None:
    if "If-Match" not in request.headers:
        return
    if now_there is None or not request.if_match.contains(tag_of(now_there)):
        raise PreconditionFailed(
            "Somebody has changed this attachment since you read it. Read it again."
        )
