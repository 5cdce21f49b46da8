from collections.abc import Callable
from http import HTTPStatus

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.jobs.models import Job
from core.segments.follow_up_later import follow_up_logged_segment
from core.segments.reuse_criteria import reuse_criteria
from core.segments.reuse_logged_segment import reuse_logged_segment
from web.api import framework
from web.api.framework.fields import EntryNo, Flag, Key10
from web.api.jobs import JobShown, job_id_of, job_started
from web.api.segment_models import SegmentShown
from web.api.segments import shown
from web.context import nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment reuse", "Choose contacts as they were chosen or logged before."
)

# Small changes answer with the segment, large ones with the job that makes them.
_CHANGES_OR_STARTS = framework.does(SegmentShown) | framework.starts(JobShown)
_CREATES_OR_STARTS = framework.creates(SegmentShown) | framework.starts(JobShown)


class ReuseCriteriaBody(framework.Body):
    """`confirm` is needed where the segment has criteria actions already."""

    code: Key10
    confirm: Flag = False
    reset_when_empty: Flag = True


class ReuseLoggedSegmentBody(framework.Body):
    """`confirm` is needed where the segment has criteria actions already."""

    logged_segment_entry_no: EntryNo
    confirm: Flag = False


@blueprint.post("/segments/<no>/reuse-criteria", responses=_CHANGES_OR_STARTS)
@requires(Permission.EDIT)
def reuse_saved(path: framework.NoPath, body: ReuseCriteriaBody) -> Response:
    """Do saved criteria again, step by step, against today's contacts."""

    def reuse(session: Session, actor: Actor) -> Response:
        done = reuse_criteria(
            session,
            actor,
            path.no,
            body.code,
            confirm=body.confirm,
            reset_when_empty=body.reset_when_empty,
        )
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(shown(session, path.no))

    return _answer_and_ring(reuse)


@blueprint.post("/segments/<no>/reuse-logged-segment", responses=_CHANGES_OR_STARTS)
@requires(Permission.EDIT)
def reuse_logged(path: framework.NoPath, body: ReuseLoggedSegmentBody) -> Response:
    """Append a line for every entry of a logged segment, in their order."""

    def reuse(session: Session, actor: Actor) -> Response:
        done = reuse_logged_segment(
            session,
            actor,
            path.no,
            body.logged_segment_entry_no,
            confirm=body.confirm,
        )
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(shown(session, path.no))

    return _answer_and_ring(reuse)


@blueprint.post("/logged-segments/<entry_no>/follow-up", responses=_CREATES_OR_STARTS)
@requires(Permission.EDIT)
def follow_up(path: framework.EntryNoPath) -> Response:
    """Create a segment with the contacts that were logged, also of a canceled log."""

    def create(session: Session, actor: Actor) -> Response:
        made = follow_up_logged_segment(session, actor, path.entry_no)
        if made.job:
            return job_started(session, made.job)
        no = made.segment.no
        return framework.created(shown(session, no), "segments", no)

    return _answer_and_ring(create)


def _answer_and_ring(deed: Callable[[Session, Actor], Response]) -> Response:
    response = framework.answer_once(deed)
    if response.status_code == HTTPStatus.ACCEPTED:
        nudge().ring(job_id_of(response))
    return response
