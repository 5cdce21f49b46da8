from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.jobs.models import Job
from core.segments.change_line import change_line
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.line_attachment import give_line_attachment
from core.segments.line_list import LineFilter, line_numbers, lines, shown_lines
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import (
    add_line,
    contact_no_of_line,
    remove_line,
    replace_contact,
)
from core.segments.personalise_many import personalise_many
from core.segments.queries import totals
from web.api import framework
from web.api.attachments import (
    Held,
    Operation,
    RecordWithAttachment,
    serve_attachment,
)
from web.api.jobs import JobShown, job_started
from web.api.segment_models import (
    LineDraft,
    LinePatch,
    LinePath,
    LineQuery,
    LineShown,
    LinesPatch,
    PersonalisedShown,
    ResetAnswer,
    line_filter_of,
)
from web.context import current_actor, engine, nudge
from web.permissions import requires

blueprint = framework.api_blueprint("segment lines", "The contacts of a segment.")


@blueprint.get(
    "/segments/<no>/lines",
    responses=framework.lists_of_record(framework.Page[LineShown]),
)
@requires(Permission.READ_CONTACTS)
def list_lines(path: framework.NoPath, query: LineQuery) -> Response:
    """List the lines with every value resolved."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        wanted = line_numbers(segment, line_filter_of(query))
        numbers, following = framework.rows_of_page(
            session, wanted, query, key=SegmentLine.line_no
        )
        rows = shown_lines(session, segment, [row.line_no for row in numbers])
        return framework.page_of([LineShown.of_row(row) for row in rows], following)


@blueprint.post("/segments/<no>/lines", responses=framework.creates(LineShown))
@requires(Permission.EDIT)
def create_line(path: framework.NoPath, body: LineDraft) -> Response:
    """Add a contact by hand, as a criteria action."""

    def create(session: Session, actor: Actor) -> Response:
        segment = open_for_editing(session, path.no)
        line_no = add_line(session, actor, segment, body.contact_no)
        change_line(session, segment, line_no, body.given())
        return framework.created(
            _shown(session, segment, line_no), "segments", path.no, "lines", line_no
        )

    return framework.answer_once(create)


@blueprint.patch(
    "/segments/<no>/lines",
    responses=framework.does(PersonalisedShown) | framework.starts(JobShown),
)
@requires(Permission.EDIT)
def patch_lines(path: framework.NoPath, body: LinesPatch) -> Response:
    """Personalise many lines at once; Go Back does not undo it."""
    with transaction(engine()) as session:
        done = personalise_many(session, current_actor(), path.no, body.change())
        if isinstance(done, Job):
            response = job_started(session, done)
        else:
            found = totals(session, segment_by_no(session, path.no))
            shown = PersonalisedShown.of(found, lines_changed=done)
            response = framework.answer(shown)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
    return response


@blueprint.get("/segments/<no>/lines/<line_no>", responses=framework.shows(LineShown))
@requires(Permission.READ_CONTACTS)
def show_line(path: LinePath) -> Response:
    """Show a line."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        return framework.answer(_shown(session, segment, path.line_no))


@blueprint.patch(
    "/segments/<no>/lines/<line_no>", responses=framework.changes(LineShown)
)
@requires(Permission.EDIT)
def patch_line(path: LinePath, body: LinePatch) -> Response:
    """Personalise a line. Another contact starts without the values of the first."""
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        framework.require_match(_shown(session, segment, path.line_no))
        line_no = path.line_no
        now_there = contact_no_of_line(session, segment, line_no)
        if body.contact_no and body.contact_no != now_there:
            replace_contact(session, current_actor(), segment, line_no, body.contact_no)
        change_line(session, segment, line_no, body.given(), inherit=body.given_back())
        return framework.answer(_shown(session, segment, line_no))


@blueprint.delete("/segments/<no>/lines/<line_no>", responses=framework.deletes())
@requires(Permission.EDIT)
def delete_line(path: LinePath, query: ResetAnswer) -> Response:
    """Take a line out, as a criteria action."""
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        framework.require_match(_shown(session, segment, path.line_no))
        remove_line(
            session,
            current_actor(),
            segment,
            path.line_no,
            reset_when_empty=query.reset_when_empty,
        )
        return framework.no_content()


def _attachment_no(session: Session, segment: Segment, path: LinePath) -> int | None:
    return _shown(session, segment, path.line_no).attachment_no


def _held(session: Session, path: LinePath) -> Held:
    segment = open_for_editing(session, path.no)
    return Held(
        _attachment_no(session, segment, path),
        lambda attachment: give_line_attachment(
            session, segment, path.line_no, attachment
        ),
    )


serve_attachment(
    blueprint,
    RecordWithAttachment(
        "/segments/<no>/lines/<line_no>",
        LinePath,
        find=lambda session, path: _attachment_no(
            session, segment_by_no(session, path.no), path
        ),
        lock=_held,
        owner=lambda path: f"Line {path.line_no} of segment {path.no}",
        download=Operation(
            "download_attachment",
            "Download the attachment of a line, its own or the inherited one.",
        ),
        upload=Operation(
            "upload_attachment",
            "Give the line an attachment of its own, whatever the segment's content "
            "holds.",
        ),
        remove=Operation(
            "remove_attachment",
            "Take the attachment away from this line. `inherit` of the line hands it "
            "back.",
        ),
        may_read=Permission.READ_CONTACTS,
    ),
)


def _shown(session: Session, segment: Segment, line_no: int) -> LineShown:
    contact_no_of_line(session, segment, line_no)
    (row,) = lines(session, segment, LineFilter(line_no=line_no))
    return LineShown.of_row(row)
