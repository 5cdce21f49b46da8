"""What is happening now, then the work at hand; a first-steps list while empty."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.access.roles import Permission, allows
from core.contacts.models import Contact
from core.database import transaction
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    LoggedSegment,
)
from core.interactions.queries import entry_rows
from core.jobs.models import FINAL_STATES, Job
from core.segments.models import Segment
from web.context import current_actor, engine, recent
from web.fragments import LivePart, rendered
from web.permissions import requires

blueprint = Blueprint("home", __name__)

SEGMENTS_SHOWN = 25
POSTPONED_SHOWN = 5
JOBS_SHOWN = 8


class OpenJob(NamedTuple):
    public_id: UUID
    kind: str
    title: str
    state: str
    phase: str
    planned: int
    done: int
    requested_by: str
    created_at: datetime


@blueprint.get("/")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    with transaction(engine()) as session:
        segments = _active_segments(session)
        jobs = _open_jobs(session)
        steps = _first_steps(session)
        to_finish = _to_finish(session)
    return render_template(
        "home.html",
        segments=segments,
        shown=SEGMENTS_SHOWN,
        jobs=jobs,
        version=_version(jobs),
        steps=steps,
        is_started=all(steps.values()),
        to_finish=to_finish,
    )


@blueprint.get("/home/jobs")
@requires(Permission.READ, live=True)
def jobs_strip() -> ResponseReturnValue:
    return recent().answer("jobs at home", _strip).answer()


def _strip() -> LivePart:
    with transaction(engine()) as session:
        jobs = _open_jobs(session)
    return rendered("home_jobs.html", _version(jobs), jobs=jobs)


def _active_segments(session: Session) -> Sequence[Segment]:
    return session.scalars(
        select(Segment).order_by(Segment.id.desc()).limit(SEGMENTS_SHOWN)
    ).all()


def _to_finish(session: Session) -> Sequence[Any]:
    """The newest postponed interactions; none for who may not read of contacts."""
    if not allows(current_actor().role, Permission.READ_CONTACTS):
        return []
    newest_first = entry_rows(postponed=True).order_by(
        InteractionLogEntry.entry_no.desc()
    )
    return session.execute(newest_first.limit(POSTPONED_SHOWN)).all()


def _open_jobs(session: Session) -> list[OpenJob]:
    rows = session.execute(
        select(
            Job.public_id,
            Job.kind,
            Job.title,
            Job.state,
            Job.phase,
            Job.planned,
            Job.done,
            Job.requested_by,
            Job.created_at,
        )
        .where(Job.state.not_in(FINAL_STATES))
        .order_by(Job.id)
        .limit(JOBS_SHOWN)
    )
    return [OpenJob(*row) for row in rows]


def _version(jobs: list[OpenJob]) -> str:
    shown = "\n".join(map(str, jobs))
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _first_steps(session: Session) -> dict[str, bool]:
    has = session.execute(
        select(
            exists(select(Contact.id)).label("contacts"),
            exists(select(InteractionTemplate.code)).label("templates"),
            (exists(select(Segment.id)) | exists(select(LoggedSegment.entry_no))).label(
                "segments"
            ),
            exists(select(LoggedSegment.entry_no)).label("logged"),
        )
    ).one()
    return {name: bool(has._mapping[name]) for name in STEPS}  # noqa: SLF001


STEPS = ("contacts", "templates", "segments", "logged")
