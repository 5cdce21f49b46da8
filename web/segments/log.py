"""Log…: what would happen, the options, and the promise that it will be done."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, Fault, RefusedError
from core.jobs.models import Job
from core.jobs.queries import job_by_public_id
from core.segments.classify import PROBLEMS
from core.segments.models import Segment
from core.segments.preflight import Preflight, follow_up_faults, preflight
from core.segments.queries import logged_segment_of
from core.segments.request_log import LOG_SEGMENT, OnLineError, request_log
from core.segments.sending import proposes_sending, why_not_send
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed
from web.layout import number
from web.permissions import requires
from web.segments.head import Head, head_of

blueprint = Blueprint("log", __name__, url_prefix="/<no>/log")

TYPE_THE_NUMBER_ABOVE = 10_000
"""Whoever logs more has to type how many: undone or not, it stays in the log."""

CHECKED_LATER_ABOVE = 100_000
"""From so many lines on, the page comes first and the check fills it in."""

NAMED_PER_REASON = 8

SEND = "send_attachments"
ASKED = "asked"
"""Somebody chose among the options, and wants to see the numbers for that."""


REASONS = {
    "E-LINE-DATE": "without a date",
    "E-LINE-CONTACT": "with a contact that does not exist any more",
    "E-LINE-SALESPERSON": "without a salesperson, or with one that does not exist",
    "E-LINE-TEMPLATE": "without a template, or with one that does not exist",
    "E-LINE-CAMPAIGN": "with a campaign that does not exist",
    "E-LINE-PRIVACY": "for a contact whose data is blocked for privacy",
    "E-LINE-EMAIL": "for a contact without e-mail address",
    "E-LINE-ATTACH": "without an attachment to send",
    "E-DLV-TYPE": "without a correspondence type, to be sent by its template",
}
"""How many lines, followed by why."""


class Reason(NamedTuple):
    words: str
    lines: int
    first: list[Fault]


class HeaderFault(NamedTuple):
    fault: Fault
    address: str
    way_out: str


@blueprint.get("")
@requires(Permission.READ)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.get("/preflight")
@requires(Permission.READ)
def check(no: str) -> ResponseReturnValue:
    """The checked part alone, for the page that came before it."""
    chosen = dict(request.args) if ASKED in request.args else None
    return _page(no, chosen, template="segments/preflight.html", check_now=True)


@blueprint.post("")
@requires(Permission.LOG)
def log(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            job = _requested(session, no.upper(), form)
    except ConflictError as error:
        if _is_a_log(error):  # A second Log leads to the first one's job.
            return redirect(f"/jobs/{error.links['job']}", 303)
        return _page(no, form, refusal_of(error)), 409
    except RefusedError as error:
        return _page(no, form, refusal_of(error)), 422
    nudge().ring(job.public_id)
    return redirect(f"/jobs/{job.public_id}", 303)


def _is_a_log(error: ConflictError) -> bool:
    """Whether what is in the way is the log of the same segment."""
    if "job" not in error.links:
        return False
    with transaction(engine()) as session:
        job = job_by_public_id(session, UUID(error.links["job"]))
        return job.kind == LOG_SEGMENT


def _requested(session: Session, no: str, form: dict[str, str]) -> Job:
    job = request_log(
        session,
        current_actor(),
        no,
        create_follow_up="create_follow_up" in form,
        on_line_error=_on_line_error(form),
        send_attachments=SEND in form,
    )
    # Checked last, so that a segment somebody else just logged leads to their job.
    _refuse_unless_as_seen(job.planned, form)
    return job


def _refuse_unless_as_seen(lines: int, form: dict[str, str]) -> None:
    seen = form.get("planned", "")
    if seen and seen != str(lines):
        raise RefusedError(
            "E-COUNT",
            f"The segment has {number(lines)} lines now. Look again before you log.",
        )
    meant = _checked_for(sending=SEND in form)
    if form.get("checked_for", meant) != meant:
        raise RefusedError(
            "E-COUNT",
            "The lines have now been checked for whether they can be sent, as you "
            "asked. Look at the numbers, and log then.",
        )
    wanted = form.get("will_log", "")
    confirmed = "".join(sign for sign in form.get("confirm", "") if sign.isdecimal())
    if lines > TYPE_THE_NUMBER_ABOVE and confirmed != wanted:
        detail = "Type how many interactions will be logged, to show that it is meant."
        raise RefusedError(
            "E-CONFIRM", detail, faults=(Fault("E-CONFIRM", detail, "confirm"),)
        )


def _checked_for(*, sending: bool) -> str:
    return "sending" if sending else "logging"


def _on_line_error(form: dict[str, str]) -> OnLineError:
    skips = form.get("on_line_error") == OnLineError.SKIP
    return OnLineError.SKIP if skips else OnLineError.REFUSE


def _page(
    no: str,
    form: dict[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
    *,
    template: str = "segments/log.html",
    check_now: bool = False,
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        is_checked = _is_checked_now(head) or check_now or "now" in request.args
        if form is None:
            form = _first_choice(session, head.segment) if is_checked else {}
        checked = _checked(session, head.segment, form) if is_checked else {}
    return render_template(
        template,
        tab="log",
        head=head,
        form=form,
        refusal=refusal,
        is_checked=is_checked,
        on_line_error=_on_line_error(form),
        type_the_number_above=TYPE_THE_NUMBER_ABOVE,
        **checked,
    )


def _is_checked_now(head: Head) -> bool:
    return not head.is_frozen and head.no_of_lines <= CHECKED_LATER_ABOVE


def _first_choice(session: Session, segment: Segment) -> dict[str, str]:
    return {SEND: "yes"} if proposes_sending(session, segment) else {}


def _checked(
    session: Session, segment: Segment, form: dict[str, str]
) -> dict[str, object]:
    actor, sending = current_actor(), SEND in form
    found = preflight(
        session, actor, segment, create_follow_up=False, send_attachments=sending
    )
    return {
        "found": found,
        "sending": sending,
        "checked_for": _checked_for(sending=sending),
        "why_not_send": why_not_send(session, segment),
        "header_faults": _header_faults(session, segment, found.header_faults),
        "reasons": _reasons(found),
        # A follow-up and a segment of lines left behind each need a number.
        "number_faults": follow_up_faults(session, actor),
    }


def _reasons(found: Preflight) -> list[Reason]:
    """In the order of the catalogue, each with its first lines."""
    return [
        Reason(
            REASONS.get(code, words),
            found.by_problem[code],
            [fault for fault in found.refused_sample if fault.code == code][
                :NAMED_PER_REASON
            ],
        )
        for code, words in PROBLEMS.items()
        if code in found.by_problem
    ]


def _header_faults(
    session: Session, segment: Segment, faults: Sequence[Fault]
) -> list[HeaderFault]:
    return [HeaderFault(fault, *_way_out(session, segment, fault)) for fault in faults]


def _way_out(session: Session, segment: Segment, fault: Fault) -> tuple[str, str]:
    no = segment.no
    if fault.code == "E-ALREADY":
        logged = logged_segment_of(session, no)
        address = f"/logged-segments/{logged.entry_no}" if logged else ""
        return address, "Show the logged segment"
    if fault.code == "E-MAIL-ACCOUNT":
        return url_for("segments.log.show", no=no), "Log without sending"
    if fault.code == "E-EMPTY":
        return url_for("segments.roster.add_form", no=no), "Add contacts"
    address = url_for("segments.header.show", no=no, _anchor=fault.field)
    return address, "Go to the header"
