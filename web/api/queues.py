from collections.abc import Callable

from flask import Response
from sqlalchemy.orm import Session

from core import kinds
from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.jobs.next_job import limits_of
from core.operations.pause_queue import pause_queue, resume_queue
from core.operations.queues import Queue, queue_by_name, queues
from web.api import framework
from web.api.framework.fields import Count, Flag, Int4, Key20, Moment, Text50
from web.api.framework.models import AddressName
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "queues", "Where jobs wait, how much of it, and how much gets done."
)


class NoParameters(framework.Query):
    pass


class QueuePath(framework.Path):
    name: AddressName


class KindShown(framework.Shown):
    kind: Text50
    waiting: Count
    running: Count
    most_at_once: Int4 | None
    "How many may run at the same time; null: as many as there are slots."


class QueueShown(framework.Shown):
    name: Key20
    paused: Flag
    paused_at: Moment
    paused_by: Text50
    waiting: Count
    "Due, and not begun."
    later: Count
    "Waiting for the time of their next attempt."
    running: Count
    oldest_seconds: float | None
    "For how long the oldest waiting job has been due."
    kinds: list[KindShown]
    ended_per_minute: list[int]
    "In each of the last 60 minutes, the latest one last."

    @classmethod
    def of_queue(cls, queue: Queue) -> "QueueShown":
        return cls.of(
            queue,
            paused=queue.paused_at is not None,
            oldest_seconds=queue.oldest_seconds,
            kinds=[KindShown.of(kind) for kind in queue.kinds],
            ended_per_minute=list(queue.per_minute),
        )


class Queues(framework.Shown):
    items: list[QueueShown]
    next: None


@blueprint.get("/queues", summary="List the queues.", responses=framework.lists(Queues))
@requires(Permission.OPERATE)
def list_queues(query: NoParameters) -> Response:  # noqa: ARG001  refuses any
    with transaction(engine()) as session:
        found = queues(session, limits_of(kinds.KINDS))
    items = [QueueShown.of_queue(queue) for queue in found]
    return framework.answer(Queues.of(None, items=items, next=None))


@blueprint.get(
    "/queues/<name>", summary="Show a queue.", responses=framework.shows(QueueShown)
)
@requires(Permission.OPERATE)
def show_queue(path: QueuePath) -> Response:
    with transaction(engine()) as session:
        return framework.answer(_shown(session, path.name))


@blueprint.post(
    "/queues/<name>/pause",
    summary="Pause a queue.",
    responses=framework.does(QueueShown),
)
@requires(Permission.OPERATE)
def pause(path: QueuePath) -> Response:
    """No job of it begins until it is resumed. What runs goes on, and new jobs are
    accepted and wait."""
    return _do(path.name, pause_queue)


@blueprint.post(
    "/queues/<name>/resume",
    summary="Resume a queue.",
    responses=framework.does(QueueShown),
)
@requires(Permission.OPERATE)
def resume(path: QueuePath) -> Response:
    return _do(path.name, resume_queue)


def _do(name: str, deed: Callable[[Session, Actor, str], None]) -> Response:
    def do(session: Session, actor: Actor) -> Response:
        deed(session, actor, name)
        return framework.answer(_shown(session, name))

    return framework.answer_once(do)


def _shown(session: Session, name: str) -> QueueShown:
    return QueueShown.of_queue(queue_by_name(session, name, limits_of(kinds.KINDS)))
