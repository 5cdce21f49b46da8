from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.check.check_job import request_check
from core.check.queries import check_by_public_id
from core.database import transaction
from web.api import framework
from web.api.framework.fields import Count, Flag
from web.api.jobs import JobId, JobPath, JobShown, State, job_started
from web.context import engine, nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "checks", "Is everything in the database as it has to be? Verified by a job."
)


class RuleShown(framework.Shown):
    name: str
    sentence: str
    "What is true of a sound database."
    broken: Count
    "How many rows break the rule."
    keys: list[str]
    "The first of them."
    seconds: float


class CheckShown(framework.Shown):
    """`sound` and `rules` are null until the job has succeeded."""

    id: JobId
    state: State
    sound: Flag | None
    seconds: float | None
    rules: list[RuleShown] | None


@blueprint.post(
    "/checks", summary="Check the database.", responses=framework.starts(JobShown)
)
@requires(Permission.ADMINISTER)
def create_check() -> Response:
    """Promise a job that verifies every reference and invariant. It changes nothing."""

    def promise(session: Session, actor: Actor) -> Response:
        return job_started(session, request_check(session, actor))

    response = framework.answer_once(promise)
    nudge().ring(UUID(response.get_json()["id"]))
    return response


@blueprint.get(
    "/checks/<id>",
    summary="Show what a check has found.",
    responses=framework.shows(CheckShown),
)
@requires(Permission.ADMINISTER)
def show_check(path: JobPath) -> Response:
    with transaction(engine()) as session:
        job = check_by_public_id(session, path.id)
    found = job.result or {"sound": None, "seconds": None, "rules": None}
    rules = found["rules"] and [RuleShown.of(None, **rule) for rule in found["rules"]]
    return framework.answer(
        CheckShown.of(
            job,
            id=job.public_id,
            sound=found["sound"],
            seconds=found["seconds"],
            rules=rules,
        )
    )
