"""The attachment of a record, below its address: PUT takes a file, GET hands it out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.file import FileStorage
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from core.access.roles import Permission
from core.attachments.models import Attachment
from core.attachments.queries import (
    AttachmentFacts,
    attachment_facts,
    required_attachment,
)
from core.attachments.replace import Owner, replace_attachment
from core.attachments.take_file import take_file
from core.database import transaction
from web.api import framework
from web.api.framework.fields import Count, Flag, Text255
from web.attachments import attachment_file, tag_of
from web.context import current_actor, engine
from web.permissions import requires

Give = Callable[[Attachment | None], None]
"""Makes the record point at the new attachment, or at none."""

PathT = TypeVar("PathT", bound=framework.Path)
OwnerT = TypeVar("OwnerT", bound=Owner)


class Held(NamedTuple):
    """What a locked record has now, and how it comes by another."""

    attachment_id: int | None
    give: Give


def held_by(
    session: Session,
    row: OwnerT,
    give: Callable[[Session, OwnerT, Attachment | None], None] = replace_attachment,
) -> Held:
    """Of a record whose own column it is."""
    return Held(row.attachment_id, lambda attachment: give(session, row, attachment))


class Operation(NamedTuple):
    """A view by its name, with its docstring."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class RecordWithAttachment(Generic[PathT]):
    """A kind of record of which each has one attachment, below its address."""

    address: str
    path: type[PathT]
    find: Callable[[Session, PathT], int | None]
    "The number of the attachment; raises where there is no such record."
    lock: Callable[[Session, PathT], Held]
    owner: Callable[[PathT], str]
    "How the record is called where it has no attachment."
    download: Operation
    upload: Operation
    remove: Operation
    may_read: Permission = Permission.READ


def serve_attachment(
    blueprint: APIBlueprint, record: RecordWithAttachment[PathT]
) -> None:
    address = f"{record.address}/attachment"

    @requires(record.may_read)
    def download(path: PathT) -> Response:
        with transaction(engine()) as session:
            found = record.find(session, path)
            return hand_out(session, found, record.owner(path))

    @requires(Permission.EDIT)
    def upload(path: PathT, form: AttachmentForm) -> Response:
        with transaction(engine()) as session:
            return _take_in(session, record.lock(session, path), form)

    @requires(Permission.EDIT)
    def remove(path: PathT) -> Response:
        with transaction(engine()) as session:
            held = record.lock(session, path)
            return _take_away(session, held, record.owner(path))

    for view, operation in (
        (download, record.download),
        (upload, record.upload),
        (remove, record.remove),
    ):
        # The framework reads all of this from the view.
        view.__name__, view.__doc__ = operation
        view.__annotations__["path"] = record.path
    blueprint.get(address, responses=FILE)(download)
    blueprint.put(address, responses=framework.changes(AttachmentShown))(upload)
    blueprint.delete(address, responses=framework.deletes())(remove)


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


def _take_in(session: Session, held: Held, form: AttachmentForm) -> Response:
    """Another file in the place of the record's attachment, if it has one."""
    _require_match(attachment_facts(session, held.attachment_id))
    name = form.file.filename or ""
    taken = take_file(session, current_actor(), form.file.stream, name)
    held.give(taken)
    facts = required_attachment(session, taken.id, name)
    response = framework.answer(AttachmentShown.of(facts, kind=facts.kind.value))
    response.set_etag(tag_of(facts))
    return response


def _take_away(session: Session, held: Held, owner: str) -> Response:
    _require_match(required_attachment(session, held.attachment_id, owner))
    held.give(None)
    return framework.no_content()


def _require_match(now_there: AttachmentFacts | None) -> None:
    if "If-Match" not in request.headers:
        return
    if now_there is None or not request.if_match.contains(tag_of(now_there)):
        raise PreconditionFailed(
            "Somebody has changed this attachment since you read it. Read it again."
        )
