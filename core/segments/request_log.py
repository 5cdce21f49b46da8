"""Press Log: the promise that a segment will be logged, in the caller's transaction."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import ConflictError, Fault, NotFoundError, RefusedError
from core.jobs.models import Job
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job
from core.segments.models import Segment
from core.segments.preflight import header_faults
from core.segments.queries import logged_segment_of, totals

LOG_SEGMENT = "log_segment"


class OnLineError(StrEnum):
    """What happens to lines that break a rule."""

    REFUSE = "refuse"
    "Nothing is logged, every refused line is listed."
    SKIP = "skip"
    "Good lines are logged, the others stay behind in a new segment."


def request_log(
    session: Session,
    actor: Actor,
    segment_no: str,
    *,
    create_follow_up: bool = False,
    on_line_error: OnLineError = OnLineError.REFUSE,
    send_attachments: bool = False,
) -> Job:
    """Freeze the segment and promise the job.

    Refuses at once what can be told without reading the lines; the job checks it
    all again. Raises NotFoundError, ConflictError (E-FROZEN with the running job,
    E-ALREADY with the logged segment), RefusedError (E-DESC, E-EMPTY, E-SERIES-*,
    E-SALES-DEFAULT, E-MAIL-ACCOUNT, all at once).
    """
    segment = _segment_to_log(session, segment_no)
    faults = header_faults(
        session,
        actor,
        segment,
        create_follow_up=create_follow_up,
        send_attachments=send_attachments,
    )
    refuse(session, segment, faults)
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=LOG_SEGMENT,
        title=f"Log segment {segment.no}",
        arguments={
            "create_follow_up": create_follow_up,
            "on_line_error": on_line_error.value,
            "send_attachments": send_attachments,
        },
        planned=totals(session, segment).no_of_lines,
    )


def request_log_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    return request_log(
        session,
        actor,
        arguments["segment_no"],
        create_follow_up=arguments["create_follow_up"],
        on_line_error=OnLineError(arguments["on_line_error"]),
        send_attachments=bool(arguments.get("send_attachments")),
    )


def refuse(session: Session, segment: Segment, faults: tuple[Fault, ...]) -> None:
    """Raise for the first fault, listing all of them."""
    if not faults:
        return
    first = faults[0]
    if first.code == "E-ALREADY":
        links = _links_to_log(session, segment.no)
        raise ConflictError(first.code, first.detail, faults=faults, links=links)
    raise RefusedError(first.code, first.detail, faults=faults)


def _segment_to_log(session: Session, no: str) -> Segment:
    try:
        return open_for_editing(session, no)
    except NotFoundError as gone:
        # Who asks a second time is led to what the first time made (P4).
        if links := _links_to_log(session, no):
            detail = f"Segment {no} has been logged."
            raise ConflictError("E-ALREADY", detail, links=links) from gone
        raise


def _links_to_log(session: Session, segment_no: str) -> dict[str, str]:
    """To the logged segment with this number and the job that wrote it."""
    logged = logged_segment_of(session, segment_no)
    if logged is None:
        return {}
    job = session.get(Job, logged.job_id) if logged.job_id else None
    links = {"logged_segment": str(logged.entry_no)}
    return links | {"job": str(job.public_id)} if job else links
