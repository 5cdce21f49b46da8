"""One line: every value it shows, which of them are its own, and giving them back."""

from collections.abc import Sequence
from typing import Any

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
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.queries import attachments_facts, required_attachment
from core.attachments.take_file import take_file
from core.contacts.models import ContactAltAddress
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.segments.change_line import change_line
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.inherited import inherited_values
from core.segments.line_attachment import give_line_attachment
from core.segments.line_list import LineFilter, lines
from core.segments.models import Segment
from core.segments.one_line import contact_no_of_line, remove_line
from core.vocabulary import (
    CorrespondenceType,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    LineAttachmentKind,
)
from web import choices
from web.api.segment_models import LineChanges
from web.attachments import attachment_file, offered_files, uploaded_file
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.segments.forms import as_typed, changed, remembered
from web.segments.head import Head, head_of
from web.segments.line_fields import LABELS, ONLY_ON_LINES, as_read

blueprint = Blueprint("line", __name__, url_prefix="/<no>/lines/<int:line_no>")


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show(no: str, line_no: int) -> ResponseReturnValue:
    return _page(no, line_no)


@blueprint.post("")
@requires(Permission.EDIT)
def change(no: str, line_no: int) -> ResponseReturnValue:
    form = typed()
    given_back = request.form.getlist("inherit")
    try:
        with transaction(engine()) as session:
            segment = open_for_editing(session, no.upper())
            changes = LineChanges.model_validate(changed(form)).given()
            change_line(session, segment, line_no, changes, inherit=given_back)
    except (RefusedError, ConflictError) as error:
        return _page(no, line_no, form, given_back, refusal_of(error)), status_of(error)
    flash("Saved." if changes or given_back else "Nothing was changed.")
    return redirect(url_for("segments.line.show", no=no, line_no=line_no), 303)


@blueprint.post("/take-out")
@requires(Permission.EDIT)
def take_out(no: str, line_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        contact_no = contact_no_of_line(session, segment, line_no)
        remove_line(
            session,
            current_actor(),
            segment,
            line_no,
            reset_when_empty="reset" in request.form,
        )
    flash(f"Line {line_no} with contact {contact_no} is taken out.")
    return redirect(url_for("segments.lines.show", no=no), 303)


@blueprint.get("/attachment")
@requires(Permission.READ_CONTACTS)
def download(no: str, line_no: int) -> Response:
    with transaction(engine()) as session:
        segment = segment_by_no(session, no.upper())
        contact_no_of_line(session, segment, line_no)
        (row,) = lines(session, segment, LineFilter(line_no=line_no))
        owner = f"Line {line_no} of segment {segment.no}"
        return attachment_file(
            session, required_attachment(session, row.attachment_id, owner)
        )


@blueprint.post("/attachment")
@requires(Permission.EDIT)
def attach(no: str, line_no: int) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            segment = open_for_editing(session, no.upper())
            taken = take_file(session, current_actor(), *uploaded_file())
            give_line_attachment(session, segment, line_no, taken)
    except RefusedError as error:
        return _page(no, line_no, refusal=refusal_of(error)), 422
    flash(f"{taken.file_name} is the attachment of this line.")
    return redirect(url_for("segments.line.show", no=no, line_no=line_no), 303)


@blueprint.post("/attachment/remove")
@requires(Permission.EDIT)
def take_attachment_away(no: str, line_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        give_line_attachment(session, segment, line_no, None)
    flash("This line goes without attachment.")
    return redirect(url_for("segments.line.show", no=no, line_no=line_no), 303)


@blueprint.post("/attachment/give-back")
@requires(Permission.EDIT)
def give_attachment_back(no: str, line_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        change_line(session, segment, line_no, {}, inherit=["attachment_id"])
    flash("The attachment is inherited again.")
    return redirect(url_for("segments.line.show", no=no, line_no=line_no), 303)


def _page(
    no: str,
    line_no: int,
    form: dict[str, str] | None = None,
    given_back: Sequence[str] = (),
    refusal: Refusal = NO_REFUSAL,
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        contact_no_of_line(session, head.segment, line_no)
        (row,) = lines(session, head.segment, LineFilter(line_no=line_no))
        inherited = inherited_values(session, head.segment, [line_no])[line_no]
        options = _options(session, row)
        files = attachments_facts(session, (row.attachment_id, inherited.attachment_id))
        next_line_no = _next_line_no(session, head.segment, line_no)
    shown = {name: as_typed(name, getattr(row, name)) for name in LABELS}
    return render_template(
        "segments/line.html",
        tab="lines",
        head=head,
        row=row,
        values=shown | (form or {}),
        was=form["was"] if form else remembered(shown, LABELS),
        without=_without_own(head, inherited),
        given_back=given_back,
        refusal=refusal,
        labels=LABELS,
        only_on_lines=ONLY_ON_LINES,
        options=options,
        files=files,
        inherited_file=files.get(inherited.attachment_id),
        kinds=LineAttachmentKind,
        offered=offered_files(),
        next_line_no=next_line_no,
    )


def _without_own(head: Head, inherited: Any) -> dict[str, str]:  # noqa: ANN401 (a row)
    """What each value would be if it were given back."""
    values = {name: as_read(name, getattr(inherited, name)) for name in LABELS}
    # What the others inherit comes from the line's template, the template does not.
    template = head.segment.interaction_template_code
    return values | {"interaction_template_code": template}


def _options(session: Session, row: Any) -> dict[str, choices.Choices]:  # noqa: ANN401
    offered = {
        "interaction_template_code": choices.templates(session),
        "campaign_no": choices.campaigns(session),
        "salesperson_code": choices.salespeople(session),
        "interaction_group_code": choices.groups(session),
        "language_code": choices.languages(session),
        "contact_alt_address_code": _addresses(session, row.contact_id),
        "correspondence_type": choices.words(CorrespondenceType),
        "information_flow": choices.words(InformationFlow),
        "initiated_by": choices.words(InitiatedBy),
        "evaluation": choices.words(Evaluation),
    }
    return {
        name: choices.including(those, as_typed(name, getattr(row, name)))
        for name, those in offered.items()
    }


def _addresses(session: Session, contact_id: int) -> choices.Choices:
    rows = session.execute(
        select(
            ContactAltAddress.code, ContactAltAddress.address, ContactAltAddress.city
        )
        .filter_by(contact_id=contact_id)
        .order_by(ContactAltAddress.code)
    )
    return [
        (code, " · ".join(filter(None, (code, address, city))))
        for code, address, city in rows
    ]


def _next_line_no(session: Session, segment: Segment, line_no: int) -> int | None:
    following = lines(session, segment, LineFilter(after=line_no, limit=1))
    return following[0].line_no if following else None
