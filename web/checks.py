"""The check of the database: started by a button, read when its job has ended."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.check.check_job import request_check
from core.check.queries import check_by_public_id, latest_check
from core.check.rules import RULES
from core.database import transaction
from core.errors import ConflictError
from core.jobs.models import FINAL_STATES, Job
from web.context import current_actor, engine, nudge
from web.fragments import fragment
from web.permissions import requires

blueprint = Blueprint("checks", __name__, url_prefix="/checks")


@blueprint.get("")
@requires(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = latest_check(session)
    return render_template("checks.html", is_latest=True, **_shown(job))


@blueprint.get("/<uuid:public_id>")
@requires(Permission.ADMINISTER)
def show_one(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = check_by_public_id(session, public_id)
    return render_template("checks.html", is_latest=False, **_shown(job))


@blueprint.get("/<uuid:public_id>/live")
@requires(Permission.ADMINISTER, live=True)
def live(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = check_by_public_id(session, public_id)
    shown = _shown(job)
    return fragment("check_live.html", str(shown.pop("version")), **shown)


@blueprint.post("")
@requires(Permission.ADMINISTER)
def start() -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            job = request_check(session, current_actor())
    except ConflictError as error:
        flash(error.detail, "warn")
    else:
        nudge().ring(job.public_id)
    return redirect("/checks", 303)


def _shown(job: Job | None) -> dict[str, object]:
    return {
        "job": job,
        "rules": len(RULES),
        "is_final": job is not None and job.state in FINAL_STATES,
        "version": f"{job.public_id}.{job.state}.{job.done}" if job else "",
    }
