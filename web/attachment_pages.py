"""The attachment of a record, below its page: handed out, put in its place, removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.models import Attachment
from core.attachments.queries import required_attachment
from core.attachments.replace import Owner, replace_attachment
from core.attachments.take_file import take_file
from core.database import transaction
from core.errors import RefusedError
from web.attachments import attachment_file, uploaded_file
from web.context import current_actor, engine
from web.forms import refusal_of
from web.permissions import requires


@dataclass(frozen=True, slots=True)
class PageWithAttachment:
    """Everything is called with the parts of the record's address by their names."""

    address: str
    find: Callable[..., Owner]
    "Given a session as well; raises where there is no such record."
    lock: Callable[..., Owner]
    "The same for a change."
    owner: Callable[..., str]
    "How the record is called where it has no attachment."
    page: Callable[..., str]
    "Shown again, with the `refusal`, when a file is refused."
    back: Callable[..., str]
    "The address of the page."
    give: Callable[[Session, Any, Attachment | None], None] = replace_attachment
    "Makes the record point at the attachment, or at none."


def serve_attachment(blueprint: Blueprint, record: PageWithAttachment) -> None:
    address = f"{record.address}/attachment"

    @blueprint.get(address, endpoint="download")
    @requires(Permission.READ)
    def download(**key: str) -> Response:
        with transaction(engine()) as session:
            row = record.find(session, **key)
            owner = record.owner(**key)
            return attachment_file(
                session, required_attachment(session, row.attachment_id, owner)
            )

    @blueprint.post(address, endpoint="attach")
    @requires(Permission.EDIT)
    def attach(**key: str) -> ResponseReturnValue:
        try:
            with transaction(engine()) as session:
                row = record.lock(session, **key)
                taken = take_file(session, current_actor(), *uploaded_file())
                record.give(session, row, taken)
        except RefusedError as error:
            return record.page(**key, refusal=refusal_of(error)), 422
        flash(f"{taken.file_name} is attached.")
        return redirect(record.back(**key), 303)

    @blueprint.post(f"{address}/remove", endpoint="remove")
    @requires(Permission.EDIT)
    def remove(**key: str) -> ResponseReturnValue:
        with transaction(engine()) as session:
            record.give(session, record.lock(session, **key), None)
        flash("The attachment is removed.")
        return redirect(record.back(**key), 303)
