from typing import Annotated
from uuid import UUID

from flask import Response
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.operations.drain_worker import call_back_worker, drain_worker
from core.operations.workers import Worker, WorkerState, worker_by_id, workers
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Count, Flag, Int4, Moment, Text30, Text50, Text80
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "workers", "The processes that run jobs, as they told of themselves."
)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise PydanticCustomError("key", "Must be the id of a worker.") from None


_UUID = {"type": "string", "format": "uuid"}
_STATE = {"type": "string", "enum": [str(state) for state in WorkerState]}

WorkerId = Annotated[UUID, kinds.Kind(_uuid, str, _UUID, _UUID, ("",))]
State = Annotated[str, kinds.Kind(WorkerState, str, _STATE, _STATE, kinds.EXACT)]


class NoParameters(framework.Query):
    pass


class WorkerPath(framework.Path):
    id: WorkerId


class RunningJob(framework.Shown):
    id: WorkerId
    title: Text80


class WorkerShown(framework.Shown):
    """`silent` and `lost` workers have not been heard of for 15 and 60 seconds."""

    id: WorkerId
    host: Text80
    pid: Int4
    version: Text30
    queues: list[str]
    state: State
    slots: Int4
    busy_slots: Int4
    jobs: list[RunningJob]
    memory_bytes: Count
    started_at: Moment
    last_seen_at: Moment
    stopped_at: Moment
    drain_requested: Flag
    drain_requested_by: Text50

    @classmethod
    def of_worker(cls, worker: Worker) -> "WorkerShown":
        return cls.of(
            worker.process,
            state=worker.state,
            busy_slots=len(worker.jobs),
            jobs=[
                RunningJob.of(None, id=job.public_id, title=job.title)
                for job in worker.jobs
            ],
            drain_requested=worker.process.drain_requested_at is not None,
        )


class Workers(framework.Shown):
    """All of them on one page: those that live, and those that ended lately."""

    items: list[WorkerShown]
    next: None


@blueprint.get(
    "/workers", summary="List the workers.", responses=framework.lists(Workers)
)
@requires(Permission.OPERATE)
def list_workers(query: NoParameters) -> Response:  # noqa: ARG001  refuses any
    with transaction(engine()) as session:
        items = [WorkerShown.of_worker(worker) for worker in workers(session)]
    return framework.answer(Workers.of(None, items=items, next=None))


@blueprint.get(
    "/workers/<id>", summary="Show a worker.", responses=framework.shows(WorkerShown)
)
@requires(Permission.OPERATE)
def show_worker(path: WorkerPath) -> Response:
    with transaction(engine()) as session:
        worker = worker_by_id(session, path.id)
    return framework.answer(WorkerShown.of_worker(worker))


@blueprint.post(
    "/workers/<id>/drain",
    summary="Drain a worker.",
    responses=framework.does(WorkerShown),
)
@requires(Permission.OPERATE)
def drain(path: WorkerPath) -> Response:
    """Within seconds it begins no job any more, and what it runs goes back to the
    queue, unharmed. The process stays and may be called back."""

    def deed(session: Session, actor: Actor) -> Response:
        drain_worker(session, actor, path.id)
        return _changed(session, path.id)

    return framework.answer_once(deed)


@blueprint.post(
    "/workers/<id>/call-back",
    summary="Call a drained worker back to work.",
    responses=framework.does(WorkerShown),
)
@requires(Permission.OPERATE)
def call_back(path: WorkerPath) -> Response:
    def deed(session: Session, actor: Actor) -> Response:
        call_back_worker(session, actor, path.id)
        return _changed(session, path.id)

    return framework.answer_once(deed)


def _changed(session: Session, worker_id: UUID) -> Response:
    session.flush()  # the database sets the times
    session.expire_all()
    return framework.answer(WorkerShown.of_worker(worker_by_id(session, worker_id)))
