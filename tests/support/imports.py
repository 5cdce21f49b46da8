"""Importing text as if it had been uploaded."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.imports import queries
from core.contacts.imports.import_contacts import import_contacts
from core.contacts.imports.request_import import request_import
from core.contacts.imports.upload import FIND_OUT, FileChoices, take_file
from core.contacts.models import Contact, ContactImport
from core.jobs.models import Job
from core.jobs.progress import Progress
from core.jobs.run import JobFacts, JobRun
from tests.factories import actor as some_actor


def as_csv(*rows: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def take(
    session: Session,
    folder: Path,
    content: str | bytes,
    choices: FileChoices = FIND_OUT,
    name: str = "contacts.csv",
) -> ContactImport:
    content = content.encode() if isinstance(content, str) else content
    return take_file(session, some_actor(), folder, io.BytesIO(content), name, choices)


def import_file(
    session: Session,
    folder: Path,
    content: str | bytes,
    *,
    dry_run: bool = False,
    actor: Actor | None = None,
) -> dict[str, int]:
    """Take the file, run the step, and return its counts."""
    taken = take(session, folder, content)
    run_step(session, folder, taken, dry_run=dry_run, actor=actor)
    return counts_of(taken)


def counts_of(taken: ContactImport) -> dict[str, int]:
    assert taken.counts is not None
    return {name: number for name, number in taken.counts.items() if number}


def run_step(
    session: Session,
    folder: Path,
    taken: ContactImport,
    *,
    dry_run: bool = False,
    actor: Actor | None = None,
) -> JobRun:
    actor = actor or some_actor()
    job = request_import(session, actor, taken, folder, dry_run=dry_run)
    run = run_of(session, job, actor)
    import_contacts(run)
    session.flush()
    # In a test several imports share a transaction; a worker has one for each.
    session.get_one(Job, run.job.id).subject = None
    session.flush()
    session.expire_all()
    return run


def run_of(session: Session, job: Job, actor: Actor) -> JobRun:
    facts = JobFacts(
        id=job.id,
        public_id=job.public_id,
        kind=job.kind,
        title=job.title,
        subject=job.subject,
        arguments=job.arguments,
        actor=actor,
        attempt=1,
    )
    return JobRun(session, facts, Progress(), stop_reason=lambda: None)


def contact_named(session: Session, name: str) -> Contact:
    return session.scalars(select(Contact).where(Contact.name == name)).one()


def reasons(session: Session, taken: ContactImport) -> dict[int, list[str | None]]:
    """Line to the codes of what is wrong with it."""
    return {
        reject.line_no: [problem["code"] for problem in reject.problems]
        for reject in queries.first_rejects(session, taken.id)
    }
