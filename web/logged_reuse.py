"""From a logged segment to its contacts once more: a follow-up, or an open segment."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import RefusedError
from core.interactions.queries import logged_segment_row
from core.segments.follow_up_later import follow_up_logged_segment
from core.segments.models import Segment
from core.segments.queries import segment_rows
from web.context import current_actor, engine, nudge
from web.listing import PAGE, given
from web.permissions import requires
from web.segments.head import Head

blueprint = Blueprint(
    "logged_reuse", __name__, url_prefix="/logged-segments/<int:entry_no>"
)


@blueprint.post("/follow-up")
@requires(Permission.EDIT)
def follow_up(entry_no: int) -> ResponseReturnValue:
    """To the new segment, or to the job that fills it."""
    try:
        with transaction(engine()) as session:
            made = follow_up_logged_segment(session, current_actor(), entry_no)
    except RefusedError as error:
        flash(error.detail, "warn")
        return redirect(url_for("logged_segments.card", entry_no=entry_no), 303)
    no = made.segment.no
    if made.job:
        nudge().ring(made.job.public_id)
        return redirect(f"/jobs/{made.job.public_id}", 303)
    flash(f"Follow-up segment {no} is there. Choose its template next.")
    return redirect(url_for("segments.header.show", no=no), 303)


@blueprint.get("/reuse")
@requires(Permission.EDIT)
def reuse(entry_no: int) -> ResponseReturnValue:
    text = given("text").get("text", "")
    with transaction(engine()) as session:
        logged = logged_segment_row(session, entry_no)[0]
        heads = _open_segments(session, text)
    return render_template(
        "logged_segments/reuse.html",
        logged=logged,
        heads=heads[:PAGE],
        is_more=len(heads) > PAGE,
        text=text,
        searched="text" in request.args,
    )


def _open_segments(session: Session, text: str) -> list[Head]:
    """Newest first, without those that belong to a job."""
    statement = (
        segment_rows()
        .where(Segment.frozen_by_job_id.is_(None))
        .order_by(Segment.id.desc())
        .limit(PAGE + 1)
    )
    if text:
        statement = statement.where(
            Segment.no.icontains(text, autoescape=True)
            | Segment.description.icontains(text, autoescape=True)
        )
    return [Head(*row) for row in session.execute(statement)]
