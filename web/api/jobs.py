from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, request
from pydantic_core import PydanticCustomError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import kinds as job_kinds
from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.jobs import pace
from core.jobs.attempts import Attempt, attempts_of
from core.jobs.cancel import may_cancel, request_cancel
from core.jobs.models import Job, JobError, JobEvent, JobState
from core.jobs.queries import errors_of, events_of, job_by_public_id
from core.jobs.retry import CAME_TO_NOTHING, may_retry, request_retry
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Count, Day, Flag, Int4, Moment, Text50, Text80
from web.context import current_actor, engine, nudge
from web.errors import addresses
from web.job_errors import errors_as_csv
from web.job_links import links_for_programs
from web.permissions import requires

blueprint = framework.api_blueprint(
    "jobs", "Long work: what was promised, how far it is, what became of it."
)


def _state(value: object) -> JobState:
    try:
        return JobState(str(value))
    except ValueError:
        raise kinds.wrong(f"Must be one of {', '.join(JobState)}.") from None


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise PydanticCustomError("key", "Must be the id of a job.") from None


_STATE = {"type": "string", "enum": [str(state) for state in JobState]}
_UUID = {"type": "string", "format": "uuid"}
# An id that is no uuid is, like every other key, a record that does not exist.
_ANY_KEY = {"type": "string", "minLength": 1}

State = Annotated[str, kinds.Kind(_state, str, _STATE, _STATE, kinds.EXACT)]
JobId = Annotated[UUID, kinds.Kind(_uuid, str, _ANY_KEY, _UUID, ("",))]


class JobPath(framework.Path):
    id: JobId


class JobCan(framework.Shown):
    """What the caller may do with the job now."""

    cancel: Flag
    retry: Flag


class JobProblem(framework.Shown):
    """Why a job failed, in the form of every other refusal."""

    code: str
    detail: str
    errors: list[dict[str, Any]]
    links: dict[str, str]


class JobShown(framework.Shown):
    id: JobId
    kind: Text50
    title: Text80
    state: State
    phase: Text80
    planned: Count
    done: Count
    unit: str
    "What `planned` and `done` count, in the plural, such as lines or questions."
    percent: int | None
    "Never falls; 100 only when the job has succeeded; null while nobody knows."
    rate: float | None
    "Done per second."
    eta_seconds: int | None
    requested_by: Text50
    work_date: Day
    created_at: Moment
    run_after: Moment
    started_at: Moment
    finished_at: Moment
    attempt: Int4
    cancel_requested: Flag
    can: JobCan
    result: dict[str, Any] | None
    problem: JobProblem | None
    error_count: Count
    links: dict[str, str]

    @classmethod
    def of_job(cls, job: Job, actor: Actor) -> "JobShown":
        return cls.of(
            job,
            id=job.public_id,
            unit=job_kinds.unit_of(job.kind).many,
            percent=pace.percent(job),
            rate=pace.rate(job),
            eta_seconds=pace.eta_seconds(job),
            cancel_requested=job.cancel_requested_at is not None,
            can=JobCan.of(
                None, cancel=can_cancel(actor, job), retry=can_retry(actor, job)
            ),
            problem=_problem(job),
            links=_links(job),
        )


class JobEventShown(framework.Shown):
    id: Count
    at: Moment
    attempt: Int4
    event: Text50
    detail: str


class PhaseShown(framework.Shown):
    phase: Text80
    began_at: Moment
    ended_at: Moment


class AttemptShown(framework.Shown):
    attempt: Int4
    worker: Text80
    began_at: Moment
    ended_at: Moment
    end: Text50
    "How it ended: an event, or `lost` when nobody heard of the worker any more."
    reason: str
    phases: list[PhaseShown]

    @classmethod
    def of_attempt(cls, attempt: Attempt) -> "AttemptShown":
        return cls.of(
            attempt,
            attempt=attempt.number,
            phases=[
                PhaseShown.of(phase, phase=phase.words) for phase in attempt.phases
            ],
        )


class Attempts(framework.Shown):
    """All of them, the first one first: a job has few."""

    items: list[AttemptShown]
    next: None


class JobErrorShown(framework.Shown):
    position: Count
    "The line number of a segment line, or the row of an imported file."
    subject: Text80
    "The contact's number, or what names the row."
    code: Text50
    detail: str


@framework.filters_on(
    JobShown,
    id=Job.public_id,
    kind=Job.kind,
    title=Job.title,
    state=Job.state,
    requested_by=Job.requested_by,
    created_at=Job.created_at,
)
class JobQuery(framework.ListQuery):
    pass


class JobEventQuery(framework.ListQuery):
    pass


class JobErrorQuery(framework.ListQuery):
    """As JSON in pages, or with format=csv (or Accept: text/csv) as one file."""

    format: Literal["json", "csv"] | None = None


JobErrorPage = type(
    "JobErrorPage",
    (framework.Page[JobErrorShown],),
    {
        "__module__": __name__,
        "model_config": {
            "openapi_extra": {"content": {"text/csv": {"schema": {"type": "string"}}}}
        },
    },
)


@blueprint.get(
    "/jobs",
    summary="List jobs, the newest first.",
    responses=framework.lists(framework.Page[JobShown]),
)
@requires(Permission.READ)
def list_jobs(query: JobQuery) -> Response:
    actor = current_actor()
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(Job),
            query,
            key=Job.id,
            show=lambda job: JobShown.of_job(job, actor),
            newest_first=True,
        )


@blueprint.get("/jobs/<id>", summary="Show a job.", responses=framework.shows(JobShown))
@requires(Permission.READ)
def show_job(path: JobPath) -> Response:
    """While the job is unfinished, Retry-After tells when to ask again."""
    with transaction(engine()) as session:
        job = job_by_public_id(session, path.id)
    return _with_retry_after(
        framework.answer(JobShown.of_job(job, current_actor())), job
    )


@blueprint.post(
    "/jobs/<id>/cancel",
    summary="Cancel a job.",
    responses=framework.does(JobShown),
)
@requires(Permission.READ)
def cancel_job(path: JobPath) -> Response:
    """A queued job is cancelled at once. A running one stops within a second or two;
    from now on nothing it did becomes visible any more. Everybody may cancel their own
    jobs who may start some, operators those of others too.
    """

    def cancel(session: Session, actor: Actor) -> Response:
        request_cancel(session, actor, path.id, job_kinds.KINDS)
        session.expire_all()
        job = job_by_public_id(session, path.id)
        return framework.answer(JobShown.of_job(job, actor))

    return framework.answer_once(cancel)


@blueprint.post(
    "/jobs/<id>/retry",
    summary="Start a job again that failed or was cancelled.",
    responses=framework.starts(JobShown),
)
@requires(Permission.READ)
def retry_job(path: JobPath) -> Response:
    """A new job does the same, going by what is in the database now, for the person
    who asked for the first one. Everybody may start their own jobs again who may start
    some, operators those of others too.
    """

    def retry(session: Session, actor: Actor) -> Response:
        again = request_retry(session, actor, path.id, job_kinds.KINDS)
        return job_started(session, again)

    response = framework.answer_once(retry)
    nudge().ring(job_id_of(response))
    return response


@blueprint.get(
    "/jobs/<id>/attempts",
    summary="List the attempts of a job with their phases.",
    responses=framework.shows(Attempts),
)
@requires(Permission.READ)
def list_attempts(path: JobPath) -> Response:
    with transaction(engine()) as session:
        job = job_by_public_id(session, path.id)
        found = attempts_of(events_of(session, job))
    items = [AttemptShown.of_attempt(attempt) for attempt in found]
    return framework.answer(Attempts.of(None, items=items, next=None))


@blueprint.get(
    "/jobs/<id>/events",
    summary="List what happened to a job, in order.",
    responses=framework.lists_of_record(framework.Page[JobEventShown]),
)
@requires(Permission.READ)
def list_events(path: JobPath, query: JobEventQuery) -> Response:
    with transaction(engine()) as session:
        job = job_by_public_id(session, path.id)
        return framework.page(
            session,
            select(JobEvent).where(JobEvent.job_id == job.id),
            query,
            key=JobEvent.id,
            show=JobEventShown.of,
        )


@blueprint.get(
    "/jobs/<id>/errors",
    summary="List the lines that a job refused.",
    responses=framework.lists_of_record(JobErrorPage),
)
@requires(Permission.READ)
def list_errors(path: JobPath, query: JobErrorQuery) -> Response:
    with transaction(engine()) as session:
        job = job_by_public_id(session, path.id)
        if not _wants_csv(query):
            return framework.page(
                session,
                errors_of(job),
                query,
                key=JobError.id,
                show=JobErrorShown.of,
            )
    return errors_as_csv(engine(), job)


def job_started(_session: Session, job: Job) -> Response:
    """202 for a job that was just requested; ring the bell after the commit."""
    response = framework.created(
        JobShown.of_job(job, current_actor()), "jobs", str(job.public_id)
    )
    response.status_code = 202
    return _with_retry_after(response, job)


def job_id_of(started: Response) -> UUID:
    """Of an answer made by `job_started`, also one that was remembered."""
    document: dict[str, Any] = started.get_json()
    return UUID(document["id"])


def answer_or_start(deed: Callable[[Session, Actor], Response]) -> Response:
    """Answer with what was done, or with the job that will do it, whose bell rings."""
    response = framework.answer_once(deed)
    if response.status_code == HTTPStatus.ACCEPTED:
        nudge().ring(job_id_of(response))
    return response


def can_cancel(actor: Actor, job: Job) -> bool:
    is_open = job.finished_at is None and job.cancel_requested_at is None
    return is_open and may_cancel(actor, job)


def can_retry(actor: Actor, job: Job) -> bool:
    return job.state in CAME_TO_NOTHING and may_retry(actor, job)


def _with_retry_after(response: Response, job: Job) -> Response:
    if seconds := pace.retry_after_seconds(job):
        response.headers["Retry-After"] = str(seconds)
    return response


def _wants_csv(query: JobErrorQuery) -> bool:
    if query.format:
        return query.format == "csv"
    accepted = request.accept_mimetypes.best_match(["application/json", "text/csv"])
    return accepted == "text/csv"


def _problem(job: Job) -> JobProblem | None:
    if job.problem is None:
        return None
    links = addresses(job.problem["links"] or {}, for_programs=True)
    return JobProblem.of(None, **(job.problem | {"links": links}))


def _links(job: Job) -> dict[str, str]:
    address = framework.location("jobs", str(job.public_id))
    return {
        "self": address,
        "attempts": f"{address}/attempts",
        "events": f"{address}/events",
        "errors": f"{address}/errors",
    } | links_for_programs(job.result)
