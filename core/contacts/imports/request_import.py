from collections.abc import Mapping as Arguments
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.imports.columns import Mapping, check_mapping
from core.contacts.models import ContactImport
from core.errors import ConflictError, NotFoundError
from core.jobs.models import Job
from core.jobs.request import request_job

IMPORT_CONTACTS = "import_contacts"


def choose_mapping(taken: ContactImport, mapping: Mapping) -> None:
    check_mapping(taken.header, mapping)
    if mapping != taken.mapping:
        taken.mapping = mapping
        taken.checked_at = taken.counts = None


def request_import(
    session: Session,
    actor: Actor,
    taken: ContactImport,
    folder: Path,
    *,
    dry_run: bool = False,
) -> Job:
    """Promise to import the file; a dry run reads and judges it and writes nothing.

    Web and worker share the folder under the same path.
    """
    if taken.imported_at is not None:
        raise ConflictError(
            "E-CSV-DONE", f"The file {taken.file_name} is imported already."
        )
    check_mapping(taken.header, taken.mapping)
    job = request_job(
        session,
        actor,
        kind=IMPORT_CONTACTS,
        title=f"{'Check' if dry_run else 'Import'} {taken.file_name}",
        subject=f"contact-import:{taken.id}",
        arguments={"import_id": taken.id, "dry_run": dry_run, "folder": str(folder)},
        planned=taken.lines,
    )
    taken.job_id = job.id
    return job


def request_import_again(
    session: Session, actor: Actor, arguments: Arguments[str, Any]
) -> Job:
    taken = session.get(ContactImport, arguments["import_id"])
    if taken is None:
        raise NotFoundError("E-NOT-FOUND", "The uploaded file is not kept any more.")
    return request_import(
        session,
        actor,
        taken,
        Path(arguments["folder"]),
        dry_run=arguments["dry_run"],
    )
