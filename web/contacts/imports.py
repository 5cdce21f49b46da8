"""A file of contacts on its way in: upload, columns, dry run, import, report.

One page per file. What it shows follows from what was done with the file so far, so
that leaving and coming back loses nothing.
"""

import hashlib
from itertools import islice
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import samples
from core.access.roles import Permission
from core.contacts.fields import CAPTIONS
from core.contacts.imports import queries
from core.contacts.imports.columns import FIELDS, Mapping, unknown_columns
from core.contacts.imports.csv_file import DELIMITERS, ENCODINGS, records
from core.contacts.imports.request_import import choose_mapping, request_import
from core.contacts.imports.upload import (
    MOST_BYTES,
    FileChoices,
    read_anew,
    stored_file,
    take_file,
)
from core.contacts.models import ContactImport
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import FINAL_STATES, Job, JobState
from web.context import current_actor, engine, nudge, settings
from web.forms import NO_REFUSAL, Refusal, refusal_of
from web.fragments import fragment
from web.permissions import requires
from web.rejects import rejects_as_csv

blueprint = Blueprint("imports", __name__, url_prefix="/import")

EXAMPLES = 3
REJECTS_SHOWN = 20
FIELD_CHOICES = [(field, CAPTIONS[field]) for field in FIELDS]


@blueprint.get("")
@requires(Permission.EDIT)
def start() -> ResponseReturnValue:
    return _upload_page(NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def upload() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        missing = "Choose a file first."
        return _upload_page(Refusal(missing, {"file": missing})), 422
    try:
        with transaction(engine()) as session:
            taken = take_file(
                session,
                current_actor(),
                settings().upload_folder,
                file.stream,
                file.filename,
                _choices(),
            )
            public_id = taken.public_id
    except RefusedError as error:
        return _upload_page(Refusal(error.detail, {"file": error.detail})), 422
    return redirect(url_for("contacts.imports.show", public_id=public_id), 303)


@blueprint.get("/sample.csv")
@requires(Permission.READ_CONTACTS)
def sample() -> ResponseReturnValue:
    response = Response(samples.contacts_file().read_bytes(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=contacts.csv"
    return response


@blueprint.get("/<uuid:public_id>")
@requires(Permission.READ_CONTACTS)
def show(public_id: UUID) -> ResponseReturnValue:
    return _page(public_id, NO_REFUSAL)


@blueprint.get("/<uuid:public_id>/live")
@requires(Permission.READ_CONTACTS, live=True)
def live(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        taken = queries.import_found(session, public_id)
        job = _job_of(session, taken)
        if job is None or job.state in FINAL_STATES:
            # The page has another shape now: let the browser fetch it as a whole.
            return Response(status=200, headers={"HX-Refresh": "true"})
        return fragment("imports/running.html", _version(job), taken=taken, job=job)


@blueprint.post("/<uuid:public_id>/read")
@requires(Permission.EDIT)
def read(public_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            taken = queries.lock_import(session, public_id)
            read_anew(taken, settings().upload_folder, _choices())
    except RefusedError as error:
        return _page(public_id, refusal_of(error)), 422
    return redirect(url_for("contacts.imports.show", public_id=public_id), 303)


@blueprint.post("/<uuid:public_id>/check")
@requires(Permission.EDIT)
def check(public_id: UUID) -> ResponseReturnValue:
    return _request(public_id, dry_run=True)


@blueprint.post("/<uuid:public_id>/start")
@requires(Permission.EDIT)
def run(public_id: UUID) -> ResponseReturnValue:
    return _request(public_id, dry_run=False)


@blueprint.get("/<uuid:public_id>/rejects.csv")
@requires(Permission.READ_CONTACTS)
def rejects(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        taken = queries.import_found(session, public_id)
    return rejects_as_csv(engine(), taken)


def _request(public_id: UUID, *, dry_run: bool) -> ResponseReturnValue:
    mapping = _chosen_mapping()
    try:
        with transaction(engine()) as session:
            taken = queries.lock_import(session, public_id)
            if mapping is not None:
                choose_mapping(taken, mapping)
            job = request_import(
                session,
                current_actor(),
                taken,
                settings().upload_folder,
                dry_run=dry_run,
            )
            job_id = job.public_id
    except RefusedError as error:
        return _page(public_id, refusal_of(error), mapping), 422
    except ConflictError as error:
        flash(error.detail, "warn")
    else:
        nudge().ring(job_id)
    return redirect(url_for("contacts.imports.show", public_id=public_id), 303)


def _choices() -> FileChoices:
    return FileChoices(
        request.form.get("encoding") or None, request.form.get("delimiter") or None
    )


def _chosen_mapping() -> Mapping | None:
    """The columns' selects; None where the form has none."""
    chosen: Mapping = []
    while (name := f"column-{len(chosen)}") in request.form:
        chosen.append(request.form[name] or None)
    return chosen or None


def _upload_page(refusal: Refusal) -> str:
    with transaction(engine()) as session:
        return render_template(
            "imports/upload.html",
            refusal=refusal,
            imports=queries.latest_imports(session),
            encodings=list(ENCODINGS.items()),
            delimiters=list(DELIMITERS.items()),
            most_megabytes=MOST_BYTES // 1024**2,
            captions=[CAPTIONS[field] for field in FIELDS],
        )


def _page(public_id: UUID, refusal: Refusal, mapping: Mapping | None = None) -> str:
    with transaction(engine()) as session:
        taken = queries.import_found(session, public_id)
        job = _job_of(session, taken)
        is_running = job is not None and job.state not in FINAL_STATES
        mapping = mapping or taken.mapping
        return render_template(
            "imports/import.html",
            taken=taken,
            job=job,
            is_running=is_running,
            failed=job if job is not None and job.state == JobState.FAILED else None,
            version=_version(job) if job is not None else "",
            columns=_columns(taken, mapping),
            ignored=unknown_columns(taken.header, taken.mapping),
            field_choices=FIELD_CHOICES,
            rejects=queries.first_rejects(session, taken.id, limit=REJECTS_SHOWN),
            encodings=list(ENCODINGS.items()),
            delimiters=list(DELIMITERS.items()),
            encoding_name=ENCODINGS.get(taken.encoding, taken.encoding),
            delimiter_name=DELIMITERS.get(taken.delimiter, taken.delimiter),
            refusal=refusal,
        )


def _job_of(session: Session, taken: ContactImport) -> Job | None:
    return session.get(Job, taken.job_id) if taken.job_id else None


def _version(job: Job) -> str:
    shown = (
        f"{job.state} {job.phase} {job.planned} {job.done} {job.cancel_requested_at}"
    )
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _columns(taken: ContactImport, mapping: Mapping) -> list[dict[str, Any]]:
    """Each column with what it fills and the first values in it."""
    examples = _first_rows(taken)
    return [
        {
            "name": name,
            "field": field or "",
            "examples": [row[at] for row in examples if at < len(row) and row[at]],
        }
        for at, (name, field) in enumerate(zip(taken.header, mapping, strict=False))
    ]


def _first_rows(taken: ContactImport) -> list[list[str]]:
    try:
        path = stored_file(taken, settings().upload_folder)
        rows = islice(records(path, taken.encoding, taken.delimiter), 1, EXAMPLES + 1)
        return [row.cells for row in rows]
    except RefusedError:
        return []  # the check will say what is wrong, with the line
