"""How much waits, how much gets done, and how to stop jobs from beginning."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import kinds
from core.access.roles import Permission
from core.database import transaction
from core.jobs.next_job import limits_of
from core.operations.pause_queue import pause_queue, resume_queue
from core.operations.queues import Queue, queue_by_name, queues
from web.context import current_actor, engine
from web.fragments import LivePart, live_part
from web.permissions import requires

blueprint = Blueprint("queues", __name__, url_prefix="/queues")

SPARK_HEIGHT = 32


class Bar(NamedTuple):
    """One minute of a sparkline."""

    x: int
    height: float
    jobs: int


@blueprint.get("")
@requires(Permission.OPERATE)
def show() -> ResponseReturnValue:
    return render_template("operations/queues.html", tab="queues", part=_part())


@blueprint.get("/live")
@requires(Permission.OPERATE, live=True)
def live() -> ResponseReturnValue:
    return _part().answer()


@blueprint.get("/<name>/pause")
@requires(Permission.OPERATE)
def ask_pause(name: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        return render_template("operations/pause.html", queue=_queue(session, name))


@blueprint.post("/<name>/pause")
@requires(Permission.OPERATE)
def pause(name: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        pause_queue(session, current_actor(), name)
    flash(f"Queue {name} is paused. No job of it begins until it is resumed.")
    return redirect("/operations/queues", 303)


@blueprint.get("/<name>/resume")
@requires(Permission.OPERATE)
def ask_resume(name: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        return render_template("operations/resume.html", queue=_queue(session, name))


@blueprint.post("/<name>/resume")
@requires(Permission.OPERATE)
def resume(name: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        resume_queue(session, current_actor(), name)
    flash(f"Queue {name} is resumed. Its jobs begin within seconds.")
    return redirect("/operations/queues", 303)


def _queue(session: Session, name: str) -> Queue:
    return queue_by_name(session, name, limits_of(kinds.KINDS))


def _part() -> LivePart:
    as_table = request.args.get("as") == "table"
    with transaction(engine()) as session:
        found = queues(session, limits_of(kinds.KINDS))
    return live_part(
        "operations/queues_live.html",
        queues=found,
        as_table=as_table,
        bars={queue.name: _bars(queue.per_minute) for queue in found},
    )


def _bars(per_minute: Sequence[int]) -> list[Bar]:
    highest = max(per_minute, default=0) or 1
    return [
        Bar(minute, round(count / highest * SPARK_HEIGHT, 1), count)
        for minute, count in enumerate(per_minute)
        if count
    ]
