"""What is running, what waits, what needs somebody, what is done; and one job closely."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import kinds
from core.access.roles import Permission, allows
from core.database import transaction
from core.errors import ConflictError, NotFoundError, RefusedError
from core.jobs import pace, queries
from core.jobs.attempts import attempts_of
from core.jobs.cancel import may_cancel, request_cancel
from core.jobs.models import FINAL_STATES, Job, JobState
from core.jobs.retry import CAME_TO_NOTHING, may_retry, request_retry
from web import listing
from web.context import current_actor, engine, nudge, recent
from web.errors import addresses
from web.fragments import LivePart, is_seen, rendered, unchanged
from web.job_errors import errors_as_csv
from web.job_links import links_for_people
from web.layout import span, word
from web.permissions import requires

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

JOBS_ON_A_PAGE = 25
ERRORS_ON_A_PAGE = 100
OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
OPEN_JOBS_AT_ONCE = 50


class Tab(NamedTuple):
    key: str
    title: str
    states: tuple[JobState, ...]
    nothing: str
    about: str


TABS = (
    Tab(
        "running",
        "Running",
        (JobState.RUNNING,),
        "Nothing is running",
        "Long work runs as a job: logging a segment, importing contacts. While it runs, "
        "its progress is here.",
    ),
    Tab(
        "queued",
        "Queued",
        (JobState.QUEUED,),
        "Nothing is waiting",
        "Jobs wait here for a free worker, or for the next attempt after trouble that "
        "passes by itself.",
    ),
    Tab(
        "attention",
        "Needs attention",
        (JobState.FAILED,),
        "Nothing needs attention",
        "Jobs that failed are here, each with the reason and what to do.",
    ),
    Tab(
        "done",
        "Done",
        (JobState.SUCCEEDED, JobState.CANCELLED),
        "Nothing is done yet",
        "Jobs that succeeded or were cancelled stay here.",
    ),
)
TAB = {tab.key: tab for tab in TABS}

FILTERS = {"words": "Title", "kind": "Kind", "requested_by": "Asked for by"}


class Row(NamedTuple):
    """A job as lists and pages show it."""

    job: Job
    percent: int | None
    rate: int | None
    eta: str
    took: str


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    tab = TAB.get(request.args.get("tab", ""), TABS[0])
    filters = listing.given(*FILTERS)
    return render_template(
        "jobs.html",
        kinds=[(kind, word(kind)) for kind in kinds.KINDS],
        chips=listing.chips(_in_words(filters), FILTERS),
        **_list(tab, filters),
    )


@blueprint.get("/live")
@requires(Permission.READ, live=True)
def live_list() -> ResponseReturnValue:
    tab = TAB.get(request.args.get("tab", ""), TABS[0])
    filters = listing.given(*FILTERS)
    asked = ("jobs", tab, tuple(filters.items()), listing.position("before"))
    return recent().answer(asked, lambda: _live_list(tab, filters)).answer()


def _live_list(tab: Tab, filters: dict[str, str]) -> LivePart:
    shown = _list(tab, filters)
    return rendered("jobs_list.html", str(shown.pop("version")), **shown)


@blueprint.get("/<uuid:public_id>")
@requires(Permission.READ)
def show_job(public_id: UUID) -> ResponseReturnValue:
    with transaction(engine()) as session:
        job = queries.job_by_public_id(session, public_id)
        shown = _closely(session, job)
    return render_template("job.html", version=_version([job]), **shown)


@blueprint.get("/<uuid:public_id>/live")
@requires(Permission.READ, live=True)
def live_job(public_id: UUID) -> ResponseReturnValue:
    seen = request.args.get("seen", "")
    job = _job_lately(public_id)
    version = _version([job])
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
    part = rendered("job_live.html", _version([job]), swapped=True, **shown)
    return part, job


def _errors_after() -> int:
    return request.args.get("errors_after", 0, type=int)


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


def _in_words(filters: dict[str, str]) -> dict[str, str]:
    return filters | ({"kind": word(filters["kind"])} if "kind" in filters else {})


def _address(page: str, **parameters: object) -> str:
    return f"{page}?{urlencode({k: v for k, v in parameters.items() if v})}"


def _list(tab: Tab, filters: dict[str, str]) -> dict[str, object]:
    before_id = listing.position("before")
    wanted = queries.JobFilter(**filters)
    with transaction(engine()) as session:
        jobs = queries.jobs_in(
            session, tab.states, wanted, before_id=before_id, limit=JOBS_ON_A_PAGE + 1
        )
        waiting = queries.number_of_open_jobs(session)
    kept = jobs[:JOBS_ON_A_PAGE]
    return {
        "tab": tab,
        "tabs": [
            (other, _address("/jobs", tab=other.key, **filters)) for other in TABS
        ],
        "filters": filters,
        "ask_again": _address("/jobs/live", tab=tab.key, **filters),
        "first": _address("/jobs", tab=tab.key, **filters) if before_id else None,
        "counts": {"running": waiting.get(JobState.RUNNING, 0)}
        | {"queued": waiting.get(JobState.QUEUED, 0)},
        "rows": [_row(job) for job in kept],
        "next": _address("/jobs", tab=tab.key, before=kept[-1].id, **filters)
        if len(jobs) > len(kept)
        else None,
        "version": _version(kept),
    }


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
        "row": _row(job),
        "job": job,
        "is_final": job.state in FINAL_STATES,
        "can_cancel": _can_cancel(job),
        "can_retry": job.state in CAME_TO_NOTHING and may_retry(current_actor(), job),
        "events": events,
        "attempts": attempts_of(events),
        "took": _took,
        "errors": errors[:ERRORS_ON_A_PAGE],
        "errors_next": errors[ERRORS_ON_A_PAGE - 1].id
        if len(errors) > ERRORS_ON_A_PAGE
        else None,
        "errors_after": after_id,
        "made": links_for_people(job.result),
        "problem_links": _problem_links(job),
    }


def _row(job: Job) -> Row:
    return Row(
        job,
        pace.percent(job),
        _rounded(pace.rate(job)),
        span(pace.eta_seconds(job)),
        _took(job.started_at, job.finished_at),
    )


def _rounded(rate: float | None) -> int | None:
    return None if rate is None else round(rate)


def _can_cancel(job: Job) -> bool:
    return (
        job.state not in FINAL_STATES
        and job.cancel_requested_at is None
        and may_cancel(current_actor(), job)
    )


def _problem_links(job: Job) -> dict[str, str]:
    links = (job.problem or {}).get("links") or {}
    return addresses(links, for_programs=False)


def _took(began: datetime | None, ended: datetime | None) -> str:
    return span(_seconds_between(began, ended))


def _seconds_between(began: datetime | None, ended: datetime | None) -> int | None:
    return round((ended - began).total_seconds()) if began and ended else None


def _version(jobs: Sequence[Job]) -> str:
    """Changes with everything a page shows of the jobs; the first word is the stage."""
    shown = "\n".join(
        f"{job.id} {job.state} {job.phase} {job.planned} {job.done} {job.attempt}"
        f" {job.retries} {job.cancel_requested_at} {job.error_count}"
        for job in jobs
    )
    stage = _stage(jobs[0]) if len(jobs) == 1 else "many"
    return f"{stage}.{hashlib.sha256(shown.encode()).hexdigest()[:12]}"


def _stage(job: Job) -> str:
    """What is said aloud when it changes: the state, and each quarter of the way."""
    quarter = (pace.percent(job) or 0) // 25 * 25
    return f"{job.state}-{quarter}" if job.state == JobState.RUNNING else job.state


def _announcing(response: Response, job: Job, seen: str) -> Response:
    stage = _stage(job)
    if stage != seen.partition(".")[0]:
        state, _, quarter = stage.partition("-")
        words = f"{job.title}: {quarter} %" if quarter else f"{job.title}: {state}"
        response.headers["HX-Trigger"] = json.dumps({"announce": words})
    return response
