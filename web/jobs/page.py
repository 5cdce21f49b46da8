"""One job closely, and what an open page of it asks for again and again."""

import json
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission, allows
from core.database import transaction
from core.jobs import queries
from core.jobs.attempts import attempts_of
from core.jobs.cancel import may_cancel
from core.jobs.models import FINAL_STATES, Job, JobState
from core.jobs.retry import CAME_TO_NOTHING, may_retry
from core.kinds import is_stepwise
from web.context import current_actor, engine, recent
from web.errors import addresses
from web.fragments import LivePart, is_seen, rendered, unchanged
from web.job_links import links_for_people
from web.jobs.shown import row_of, stage_of, took, version_of
from web.permissions import requires

blueprint = Blueprint("page", __name__)

ERRORS_ON_A_PAGE = 100
OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
OPEN_JOBS_AT_ONCE = 50


@blueprint.get("/<uuid:public_id>")
@requires(Permission.READ)
def show_job(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = queries.job_by_public_id(session, public_id)
        shown = _closely(session, job)
    return render_template("job.html", version=version_of([job]), **shown)


@blueprint.get("/<uuid:public_id>/live")
@requires(Permission.READ, live=True)
def live_job(public_id: UUID) -> ResponseReturnValue:
    seen = request.args.get("seen", "")
    job = _job_lately(public_id)
    version = version_of([job])
    if is_seen(version):
        return unchanged(version)
    asked = ("job", public_id, version, *_rights(job), _errors_after())
    part, job = recent().answer(asked, lambda: _live_job(public_id))
    return _announcing(part.answer(), job, seen)


def _job_lately(public_id: UUID) -> Job:
    """One look at the open jobs serves the tabs of all of them."""
    is_open = recent().answer("open jobs", _open_jobs).get(public_id)
    return is_open or recent().answer(("job", public_id), lambda: _job(public_id))


def _open_jobs() -> dict[UUID, Job]:
    with transaction(engine()) as session:
        jobs = queries.jobs_in(
            session, OPEN_STATES, before_id=None, limit=OPEN_JOBS_AT_ONCE
        )
    return {job.public_id: job for job in jobs}


def _job(public_id: UUID) -> Job:
    with transaction(engine()) as session:
        return queries.job_by_public_id(session, public_id)


def _rights(job: Job) -> tuple[bool, ...]:
    """All that makes two people see the same job differently."""
    actor = current_actor()
    return (
        may_cancel(actor, job),
        may_retry(actor, job),
        allows(actor.role, Permission.OPERATE),
    )


def _live_job(public_id: UUID) -> tuple[LivePart, Job]:
    """With the job read anew: its events were written since, and have to fit it."""
    with transaction(engine()) as session:
        job = queries.job_by_public_id(session, public_id)
        shown = _closely(session, job)
    part = rendered("job_live.html", version_of([job]), swapped=True, **shown)
    return part, job


def _errors_after() -> int:
    return request.args.get("errors_after", 0, type=int)


def _closely(session: Session, job: Job) -> dict[str, object]:
    after_id = _errors_after()
    errors = (
        queries.first_errors(
            session, job, after_id=after_id, limit=ERRORS_ON_A_PAGE + 1
        )
        if job.error_count
        else []
    )
    events = queries.events_of(session, job)
    return {
        "row": row_of(job),
        "job": job,
        "is_final": job.state in FINAL_STATES,
        "is_stepwise": is_stepwise(job.kind),
        "can_cancel": _can_cancel(job),
        "can_retry": job.state in CAME_TO_NOTHING and may_retry(current_actor(), job),
        "events": events,
        "attempts": attempts_of(events),
        "took": took,
        "errors": errors[:ERRORS_ON_A_PAGE],
        "errors_next": errors[ERRORS_ON_A_PAGE - 1].id
        if len(errors) > ERRORS_ON_A_PAGE
        else None,
        "errors_after": after_id,
        "made": links_for_people(job.result),
        "problem_links": _problem_links(job),
    }


def _can_cancel(job: Job) -> bool:
    return (
        job.state not in FINAL_STATES
        and job.cancel_requested_at is None
        and may_cancel(current_actor(), job)
    )


def _problem_links(job: Job) -> dict[str, str]:
    links = (job.problem or {}).get("links") or {}
    return addresses(links, for_programs=False)


def _announcing(response: Response, job: Job, seen: str) -> Response:
    stage = stage_of(job)
    if stage != seen.partition(".")[0]:
        state, _, quarter = stage.partition("-")
        words = f"{job.title}: {quarter} %" if quarter else f"{job.title}: {state}"
        response.headers["HX-Trigger"] = json.dumps({"announce": words})
    return response
