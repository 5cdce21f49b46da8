"""Which workers there are, what they do, and how to take one out of work."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError
from core.jobs import pace
from core.operations.drain_worker import call_back_worker, drain_worker
from core.operations.workers import Worker, WorkerState, worker_by_id, workers
from web.context import current_actor, engine
from web.fragments import LivePart, live_part
from web.permissions import requires

blueprint = Blueprint("workers", __name__, url_prefix="/workers")


@blueprint.get("")
@requires(Permission.OPERATE)
def show() -> ResponseReturnValue:
    return render_template("operations/workers.html", tab="workers", part=_part())


@blueprint.get("/live")
@requires(Permission.OPERATE, live=True)
def live() -> ResponseReturnValue:
    return _part().answer()


@blueprint.get("/<uuid:worker_id>/drain")
@requires(Permission.OPERATE)
def ask_drain(worker_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        worker = worker_by_id(session, worker_id)
        others = [
            other
            for other in workers(session)
            if other.takes_jobs and other.process.id != worker_id
        ]
    return render_template("operations/drain.html", worker=worker, others=others)


@blueprint.post("/<uuid:worker_id>/drain")
@requires(Permission.OPERATE)
def drain(worker_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            drain_worker(session, current_actor(), worker_id)
    except ConflictError as error:
        flash(error.detail, "warn")
    else:
        flash("The worker hears of it within seconds and begins no job any more.")
    return redirect("/operations/workers", 303)


@blueprint.get("/<uuid:worker_id>/call-back")
@requires(Permission.OPERATE)
def ask_call_back(worker_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        worker = worker_by_id(session, worker_id)
    return render_template("operations/call_back.html", worker=worker)


@blueprint.post("/<uuid:worker_id>/call-back")
@requires(Permission.OPERATE)
def call_back(worker_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        call_back_worker(session, current_actor(), worker_id)
    flash("The worker takes jobs again.")
    return redirect("/operations/workers", 303)


def _part() -> LivePart:
    with transaction(engine()) as session:
        found = workers(session)
    return live_part(
        "operations/workers_live.html",
        workers=found,
        state=WorkerState,
        percent=pace.percent,
        silent=_silent_in_words,
        slots=sum(worker.process.slots for worker in found if worker.takes_jobs),
        busy=sum(len(worker.jobs) for worker in found if worker.takes_jobs),
    )


def _silent_in_words(worker: Worker) -> int:
    """In steps, so that the page stays as it is while nothing happens."""
    seconds = round(worker.silent_seconds)
    return seconds if seconds < 60 else seconds // 10 * 10
