"""Cancelling a job, starting it again, and its refused lines to take away."""

from uuid import UUID

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from core import kinds
from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, NotFoundError, RefusedError
from core.jobs import queries
from core.jobs.cancel import request_cancel
from core.jobs.retry import request_retry
from web.context import current_actor, engine, nudge
from web.job_errors import errors_as_csv
from web.permissions import requires

blueprint = Blueprint("deeds", __name__)


@blueprint.post("/<uuid:public_id>/cancel")
@requires(Permission.READ)
def cancel_job(public_id: UUID) -> ResponseReturnValue:
    """Who may is decided by whose job it is, so the core decides."""
    try:
        with transaction(engine()) as session:
            request_cancel(session, current_actor(), public_id, kinds.KINDS)
    except ConflictError as error:
        flash(error.detail, "warn")
    else:
        flash("Cancelling. Nothing of the job will have been written.")
    return redirect(f"/jobs/{public_id}", 303)


@blueprint.post("/<uuid:public_id>/retry")
@requires(Permission.READ)
def retry_job(public_id: UUID) -> ResponseReturnValue:
    """Who may is decided by whose job it is, so the core decides."""
    try:
        with transaction(engine()) as session:
            again = request_retry(session, current_actor(), public_id, kinds.KINDS)
    except (ConflictError, NotFoundError, RefusedError) as error:
        flash(f"It was not started again. {error.detail}", "warn")
        return redirect(f"/jobs/{public_id}", 303)
    nudge().ring(again.public_id)
    flash("Started again, as this job.")
    return redirect(f"/jobs/{again.public_id}", 303)


@blueprint.get("/<uuid:public_id>/refused-lines.csv")
@requires(Permission.READ)
def refused_lines(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = queries.job_by_public_id(session, public_id)
    return errors_as_csv(engine(), job)
