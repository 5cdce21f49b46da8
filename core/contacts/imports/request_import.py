from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.imports.columns import Mapping, check_mapping
from core.contacts.models import ContactImport
from core.errors import ConflictError
from core.jobs.models import Job
from core.jobs.request import request_job

IMPORT_CONTACTS = "import_contacts"


def choose_mapping(taken: ContactImport, mapping: Mapping) -> None:
    check_mapping(taken.header, mapping)
    if mapping != taken.mapping:
        taken.mapping = mapping
        taken.checked_at = taken.counts = None


def request_check(session: Session, actor: Actor, taken: ContactImport) -> Job:
    """Promise a dry run: everything is read and judged, no contact is written."""
    return _request(session, actor, taken, dry_run=True)


def request_import(session: Session, actor: Actor, taken: ContactImport) -> Job:
    return _request(session, actor, taken, dry_run=False)


def _request(
    session: Session, actor: Actor, taken: ContactImport, *, dry_run: bool
) -> Job:
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
        arguments={"import_id": taken.id, "dry_run": dry_run},
        planned=taken.lines,
    )
    taken.job_id = job.id
    return job
