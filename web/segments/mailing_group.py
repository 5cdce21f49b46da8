"""A mailing group for everybody in the segment: what it would change, and the deed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts.classification.models import MailingGroup
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.apply_mailing_group import Application, apply_mailing_group
from core.segments.mailing_group_members import count_members
from web import choices
from web.api.segment_mailing_group import MailingGroupBody
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed, whole_number
from web.layout import number
from web.permissions import requires
from web.segments.head import Head, head_of

blueprint = Blueprint("mailing_group", __name__, url_prefix="/<no>/mailing-group")


@blueprint.get("")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    return _page(no, request.args, NO_REFUSAL)


@blueprint.get("/count")
@requires(Permission.EDIT)
def count(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        head = head_of(session, no)
        counted = _counted(session, head, request.args)
    return render_template("segments/mailing_group_count.html", head=head, **counted)


@blueprint.post("")
@requires(Permission.EDIT)
def apply(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        body = MailingGroupBody.model_validate(
            {
                "code": form.get("code"),
                "delete_old_assignments": "delete_old_assignments" in form,
            }
        )
        wanted = Application(
            body.code, body.delete_old_assignments, _expected(form.get("expected", ""))
        )
        with transaction(engine()) as session:
            done = apply_mailing_group(session, current_actor(), no.upper(), wanted)
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    lost = f", {number(done.removed)} lost it" if body.delete_old_assignments else ""
    flash(f"{number(done.added)} contacts got mailing group {body.code}{lost}.")
    return redirect(url_for("segments.lines.show", no=no), 303)


def _expected(text: str) -> tuple[int, int] | None:
    """The two numbers the person saw; none where the page showed none."""
    coming, _, leaving = (whole_number(each) for each in text.partition(" "))
    return None if coming is None or leaving is None else (coming, leaving)


def _counted(session: Session, head: Head, form: Mapping[str, str]) -> dict[str, Any]:
    code = form.get("code", "").strip().upper()
    group = session.get(MailingGroup, code) if code else None
    return {
        "group": group,
        "count": count_members(session, head.segment, code) if group else None,
        "deletes": "delete_old_assignments" in form,
    }


def _page(no: str, form: Mapping[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        counted = _counted(session, head, form)
        groups = choices.mailing_groups(session)
    return render_template(
        "segments/mailing_group.html",
        tab="lines",
        head=head,
        groups=groups,
        form=form,
        refusal=refusal,
        **counted,
    )
