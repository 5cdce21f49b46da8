from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.errors import Fault
from core.segments.editing import segment_by_no
from core.segments.preflight import Preflight, preflight
from core.segments.request_log import OnLineError, request_log
from web.api import framework
from web.api.framework.fields import Count, Flag, Key20, Minutes, Money
from web.api.jobs import JobShown, job_id_of, job_started
from web.context import current_actor, engine, nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment log", "Check a segment, then log it as a job."
)


class PreflightQuery(framework.Query):
    create_follow_up: bool = False
    send_attachments: bool = False


class ProblemShown(framework.Shown):
    code: str
    count: Count


class FaultShown(framework.Shown):
    code: str
    detail: str
    field: str | None
    line_no: int | None


class PreflightShown(framework.Shown):
    """planned = will_log + refused. `errors` holds the segment's own faults and the
    first refused lines; the job lists every refused line."""

    segment_no: Key20
    can_log: Flag
    planned: Count
    will_log: Count
    refused: Count
    cost: Money
    duration: Minutes
    by_correspondence_type: dict[str, int]
    no_of_mails: Count
    by_problem: list[ProblemShown]
    errors: list[FaultShown]

    @classmethod
    def of_preflight(cls, no: str, found: Preflight) -> "PreflightShown":
        return cls.of(
            found,
            segment_no=no,
            can_log=not found.faults,
            by_correspondence_type={
                kind.name.lower(): count
                for kind, count in found.by_correspondence_type.items()
            },
            by_problem=[
                ProblemShown.of(None, code=code, count=count)
                for code, count in found.by_problem.items()
            ],
            errors=[_fault_shown(fault) for fault in found.faults],
        )


class LogBody(framework.Body):
    create_follow_up: Flag = False
    on_line_error: OnLineError = OnLineError.REFUSE
    send_attachments: Flag = False


@blueprint.get("/segments/<no>/preflight", responses=framework.shows(PreflightShown))
@requires(Permission.READ)
def show_preflight(path: framework.NoPath, query: PreflightQuery) -> Response:
    """What logging the segment now would write and refuse."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        found = preflight(
            session,
            current_actor(),
            segment,
            create_follow_up=query.create_follow_up,
            send_attachments=query.send_attachments,
        )
        return framework.answer(PreflightShown.of_preflight(path.no, found))


@blueprint.post("/segments/<no>/log", responses=framework.starts(JobShown))
@requires(Permission.LOG)
def log(path: framework.NoPath, body: LogBody) -> Response:
    """Promise a job that logs the segment, and freeze it until the job has ended."""

    def promise(session: Session, actor: Actor) -> Response:
        job = request_log(
            session,
            actor,
            path.no,
            create_follow_up=body.create_follow_up,
            on_line_error=body.on_line_error,
            send_attachments=body.send_attachments,
        )
        return job_started(session, job)

    response = framework.answer_once(promise)
    nudge().ring(job_id_of(response))
    return response


def _fault_shown(fault: Fault) -> FaultShown:
    return FaultShown.of(fault)
