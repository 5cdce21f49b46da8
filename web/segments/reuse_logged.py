from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.segments.count_contacts import count_rows
from core.segments.logged_contacts import logged_contacts
from core.segments.reuse_logged_segment import reuse_logged_segment
from web.api.segment_reuse import ReuseLoggedSegmentBody
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed, whole_number
from web.listing import PAGE, address, first_page, given, position
from web.permissions import requires
from web.segments.head import head_of
from web.segments.told import told_added

blueprint = Blueprint("reuse_logged", __name__, url_prefix="/<no>/reuse-logged-segment")

KEY = "logged_segment_entry_no"


@blueprint.get("")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    return _page(no, request.args, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.EDIT)
def reuse(no: str) -> ResponseReturnValue:
    """To the lines that were added, or to the job that adds them."""
    form = typed()
    try:
        body = ReuseLoggedSegmentBody.model_validate(
            {
                KEY: whole_number(form.get(KEY, "")),
                "confirm": "confirm" in form,
            }
        )
        with transaction(engine()) as session:
            done = reuse_logged_segment(
                session,
                current_actor(),
                no.upper(),
                body.logged_segment_entry_no,
                confirm=body.confirm,
            )
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(told_added(done))
    return redirect(url_for("segments.lines.show", no=no), 303)


def _page(no: str, form: Mapping[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        chosen = _chosen(session, form.get(KEY, ""))
        shown = (
            {"would_add": count_rows(session, logged_contacts(chosen.entry_no))}
            if chosen
            else _to_choose_from(session)
        )
    return render_template(
        "segments/reuse_logged.html",
        tab="lines",
        head=head,
        chosen=chosen,
        refusal=refusal,
        **shown,
    )


def _chosen(session: Session, entry_no: str) -> LoggedSegment | None:
    number = whole_number(entry_no)
    return None if number is None else session.get(LoggedSegment, number)


def _to_choose_from(session: Session) -> dict[str, Any]:
    """Newest first."""
    text = given("text").get("text", "")
    before = position("before")
    statement = (
        select(LoggedSegment)
        .where(LoggedSegment.undone_at.is_(None))
        .order_by(LoggedSegment.entry_no.desc())
    )
    if text:
        statement = statement.where(
            or_(
                LoggedSegment.segment_no.icontains(text, autoescape=True),
                LoggedSegment.description.icontains(text, autoescape=True),
            )
        )
    if before is not None:
        statement = statement.where(LoggedSegment.entry_no < before)
    rows = session.scalars(statement.limit(PAGE + 1)).all()
    more = len(rows) > PAGE
    return {
        "rows": rows[:PAGE],
        "text": text,
        "next": address(before=rows[PAGE - 1].entry_no) if more else None,
        "first": first_page(),
    }
