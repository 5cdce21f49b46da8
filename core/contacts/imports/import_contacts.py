"""The job that reads a file of contacts: all of it, in one transaction, or nothing."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from core.contacts.guard import lock_imports, share_contacts
from core.contacts.imports.keep_codes import keep_codes
from core.contacts.imports.number_rows import number_rows
from core.contacts.imports.recognise import recognise
from core.contacts.imports.stage_file import stage_file
from core.contacts.imports.staging_tables import make_tables, matches, rows
from core.contacts.imports.upload import stored_file
from core.contacts.imports.write import (
    lock_known,
    mark_changed,
    write_companies,
    write_people,
)
from core.contacts.models import ContactImport, ContactImportReject
from core.errors import RefusedError
from core.jobs.run import JobRun
from core.numbering.draw_number import check_manual_number
from core.setup.queries import marketing_setup

# Shares of the whole that a phase takes, as measured; the bar moves evenly.
_READ, _JUDGED = 0.6, 0.8

_LIST_REJECTS = text("""
    INSERT INTO job_error (job_id, position, subject, code, detail)
    SELECT :job_id, file.line_no, left(coalesce(file.no, file.name, ''), 80),
           problem ->> 'code', problem ->> 'detail'
    FROM pg_temp.contact_import_match AS matched
    JOIN pg_temp.contact_import_row AS file USING (line_no)
    CROSS JOIN LATERAL jsonb_array_elements(matched.problems)
        WITH ORDINALITY AS listed (problem, place)
    WHERE matched.outcome = 'rejected'
    ORDER BY file.line_no, place
""")


def import_contacts(run: JobRun) -> Mapping[str, object]:
    """Read, judge and, unless it is a dry run, write what the file says."""
    taken = run.session.get_one(ContactImport, run.job.arguments["import_id"])
    dry_run = bool(run.job.arguments["dry_run"])
    _read(run, taken)
    _judge(run, taken)
    if not dry_run:
        _write(run, taken)
    return _close(run, taken, dry_run=dry_run)


def _read(run: JobRun, taken: ContactImport) -> None:
    run.progress.phase("Reading the file")
    run.progress.plan(taken.lines)
    make_tables(run.session)

    def report(line_no: int) -> None:
        run.progress.done(int(line_no * _READ))
        run.check()

    stage_file(
        run.session,
        stored_file(taken, Path(str(run.job.arguments["folder"]))),
        taken.encoding,
        taken.delimiter,
        taken.mapping,
        report,
    )


def _judge(run: JobRun, taken: ContactImport) -> None:
    run.progress.phase("Comparing with the contacts there are")
    lock_imports(run.session)
    share_contacts(run.session)
    if not run.job.arguments["dry_run"]:
        keep_codes(run.session, marketing_setup(run.session))
    recognise(run.session, _why_not_by_hand(run.session))
    run.check()
    if not run.job.arguments["dry_run"]:
        lock_known(run.session)
    mark_changed(run.session, marketing_setup(run.session), _mapped(taken))
    run.progress.done(int(taken.lines * _JUDGED))
    run.check()


def _write(run: JobRun, taken: ContactImport) -> None:
    setup, mapped = marketing_setup(run.session), _mapped(taken)
    run.progress.phase("Numbering new contacts")
    number_rows(run.session, run.job.actor.work_date, run.check)
    run.progress.phase("Writing companies")
    write_companies(run.session, setup, run.job.actor, mapped)
    run.check()
    run.progress.phase("Writing people")
    write_people(run.session, setup, run.job.actor, mapped)
    run.check()


def _close(run: JobRun, taken: ContactImport, *, dry_run: bool) -> Mapping[str, object]:
    run.progress.phase("Listing rejected rows")
    _keep_rejects(run.session, taken.id)
    run.session.execute(_LIST_REJECTS, {"job_id": run.job.id})
    counts = _counts(run.session)
    taken.counts = counts
    if dry_run:
        taken.checked_at = func.now()
    else:
        taken.imported_at = func.now()
    run.progress.done(taken.lines)
    return {**counts, "dry_run": dry_run, "contact_import": str(taken.public_id)}


def _mapped(taken: ContactImport) -> set[str]:
    return {field for field in taken.mapping if field is not None}


def _why_not_by_hand(session: Session) -> str | None:
    """The refusal a number chosen by hand meets, as a format with one place."""
    try:
        check_manual_number(session, "contact_nos", "%s")
    except RefusedError as error:
        return error.detail
    return None


def _keep_rejects(session: Session, import_id: int) -> None:
    reject = ContactImportReject
    session.execute(delete(reject).where(reject.import_id == import_id))
    rejected = (
        select(
            literal(import_id),
            rows.c.line_no,
            rows.c.cells,
            matches.c.problems,
        )
        .join(matches, matches.c.line_no == rows.c.line_no)
        .where(matches.c.outcome == "rejected")
    )
    columns = ["import_id", "line_no", "cells", "problems"]
    session.execute(insert(reject).from_select(columns, rejected))


def _counts(session: Session) -> dict[str, int]:
    outcomes = ("new", "changed", "unchanged", "rejected")
    counted = session.execute(
        select(matches.c.outcome, func.count()).group_by(matches.c.outcome)
    )
    found: dict[str, int] = dict(counted.all())
    counts = {outcome: found.get(outcome, 0) for outcome in outcomes}
    return {"rows": sum(counts.values()), **counts}
