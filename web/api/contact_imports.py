from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response
from flask_openapi3.models.file import FileStorage
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.imports import queries
from core.contacts.imports.columns import refuse_unknown_columns
from core.contacts.imports.request_import import request_import
from core.contacts.imports.upload import FileChoices, take_file
from core.contacts.models import ContactImport, ContactImportReject
from core.database import transaction
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Count, Moment, Text50, Text255
from web.api.jobs import JobShown, job_started
from web.context import engine, nudge, settings
from web.permissions import requires
from web.rejects import rejects_as_csv

blueprint = framework.api_blueprint(
    "contact imports", "Contacts from a CSV file, all rows in one job."
)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise PydanticCustomError("key", "Must be the id of an import.") from None


_UUID = {"type": "string", "format": "uuid"}
ImportId = Annotated[UUID, kinds.Kind(_uuid, str, _UUID, _UUID, ())]


class ImportPath(framework.Path):
    id: ImportId


class ImportQuery(framework.Query):
    """`dry_run` judges every row and writes nothing. Encoding and delimiter are found
    out where they are not given."""

    dry_run: bool = False
    unknown_columns: Literal["refuse", "ignore"] = "refuse"
    encoding: str = ""
    delimiter: str = ""

    def choices(self) -> FileChoices:
        return FileChoices(self.encoding or None, self.delimiter or None)


class ImportForm(framework.Body):
    file: FileStorage


class ImportShown(framework.Shown):
    id: ImportId
    file_name: Text255
    encoding: Text50
    delimiter: str
    header: list[str]
    mapping: list[str | None]
    "The contact field each column fills; null: the column is ignored."
    requested_by: Text50
    created_at: Moment
    checked_at: Moment
    imported_at: Moment
    counts: dict[str, int] | None


class RejectShown(framework.Shown):
    line_no: Count
    cells: list[str]
    problems: list[dict[str, Any]]


class RejectQuery(framework.ListQuery):
    pass


REJECTS_FILE: dict[int | str, Any] = {
    200: {
        "description": "The file's own columns, and the reasons in one more.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@blueprint.post("/contacts/import", responses=framework.starts(JobShown))
@requires(Permission.EDIT)
def post_import(query: ImportQuery, form: ImportForm) -> Response:
    """Import contacts from a CSV file whose columns are named like the fields.

    The job's result counts new, changed, unchanged and rejected rows, and its
    `contact_import` link leads to the rejected ones.
    """

    def promise(session: Session, actor: Actor) -> Response:
        folder = settings().upload_folder
        taken = take_file(
            session,
            actor,
            folder,
            form.file.stream,
            form.file.filename or "",
            query.choices(),
        )
        if query.unknown_columns == "refuse":
            refuse_unknown_columns(taken.header, taken.mapping)
        job = request_import(session, actor, taken, folder, dry_run=query.dry_run)
        return job_started(session, job)

    response = framework.answer_once(promise)
    nudge().ring(UUID(response.get_json()["id"]))
    return response


@blueprint.get("/contacts/import/<id>", responses=framework.shows(ImportShown))
@requires(Permission.READ_CONTACTS)
def show_import(path: ImportPath) -> Response:
    """Show how a file was understood and what became of its rows."""
    with transaction(engine()) as session:
        found = queries.import_found(session, path.id)
        return framework.answer(_shown(found))


@blueprint.get(
    "/contacts/import/<id>/rejects",
    responses=framework.lists_of_record(framework.Page[RejectShown]),
)
@requires(Permission.READ_CONTACTS)
def list_rejects(path: ImportPath, query: RejectQuery) -> Response:
    """List the rows that were not taken, each with every reason."""
    with transaction(engine()) as session:
        found = queries.import_found(session, path.id)
        return framework.page(
            session,
            queries.rejects_of(found.id),
            query,
            key=ContactImportReject.line_no,
            show=RejectShown.of,
        )


@blueprint.get(
    "/contacts/import/<id>/rejects.csv",
    responses=framework.lists_of_record(framework.Page[RejectShown]) | REJECTS_FILE,
)
@requires(Permission.READ_CONTACTS)
def download_rejects(path: ImportPath) -> Response:
    """Download the rows that were not taken, to be corrected and imported again."""
    with transaction(engine()) as session:
        found = queries.import_found(session, path.id)
    return rejects_as_csv(engine(), found)


def _shown(found: ContactImport) -> ImportShown:
    return ImportShown.of(found, id=found.public_id)
