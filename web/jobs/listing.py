"""What is running, what waits, what needs somebody, what is done."""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core import kinds
from core.access.roles import Permission
from core.database import transaction
from core.jobs import queries
from core.jobs.models import JobState
from web import listing
from web.context import engine, recent
from web.fragments import LivePart, rendered
from web.jobs.shown import row_of, version_of
from web.layout import word
from web.permissions import requires

blueprint = Blueprint("listing", __name__)

JOBS_ON_A_PAGE = 25


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
        "rows": [row_of(job) for job in kept],
        "next": _address("/jobs", tab=tab.key, before=kept[-1].id, **filters)
        if len(jobs) > len(kept)
        else None,
        "version": version_of(kept),
    }
