"""Promise to send what is owed, in the caller's transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.delivery.account import mail_account
from core.delivery.scope import ENTRY, LOG, deliveries_of
from core.errors import RefusedError
from core.interactions.models import Delivery, LoggedSegment
from core.jobs.models import Job
from core.jobs.request import request_job
from core.task_names import JOBS_THAT_SEND
from core.vocabulary import DeliveryState

SEND_MAIL = "send_mail"


def mail_subject_of_log(entry_no: int) -> str:
    """What the job that sends a log's e-mails locks."""
    return f"mail:log:{entry_no}"


def mail_subject_of_entry(entry_no: int) -> str:
    return f"mail:entry:{entry_no}"


def request_mail_of_log(
    session: Session, actor: Actor, logged: LoggedSegment, planned: int
) -> Job:
    """Raises ConflictError E-JOB-RUNNING while such a job is open."""
    return _promise(
        session,
        actor,
        title=f"Send e-mails of segment {logged.segment_no}",
        subject=mail_subject_of_log(logged.entry_no),
        arguments={LOG: logged.entry_no},
        planned=planned,
    )


def request_mail_of_entry(session: Session, actor: Actor, entry_no: int) -> Job:
    """Raises ConflictError E-JOB-RUNNING while such a job is open."""
    return _promise(
        session,
        actor,
        title=f"Send e-mail of interaction {entry_no}",
        subject=mail_subject_of_entry(entry_no),
        arguments={ENTRY: entry_no},
        planned=1,
    )


def request_mail_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """Go on with what is still owed. Raises RefusedError E-MAIL-NOTHING when nothing
    is, E-MAIL-ACCOUNT, ConflictError E-JOB-RUNNING."""
    mail_account()
    owed = count_owed(session, arguments)
    if not owed:
        detail = "No e-mail is owed any more. Send again what failed, if there is any."
        raise RefusedError("E-MAIL-NOTHING", detail)
    if LOG in arguments:
        logged = session.get_one(LoggedSegment, arguments[LOG])
        return request_mail_of_log(session, actor, logged, owed)
    return request_mail_of_entry(session, actor, arguments[ENTRY])


def count_owed(session: Session, arguments: Mapping[str, object]) -> int:
    """How many e-mails of a job's arguments are owed."""
    return session.execute(
        select(func.count()).where(
            deliveries_of(arguments), Delivery.state == DeliveryState.OWED
        )
    ).scalar_one()


def _promise(session: Session, actor: Actor, **what: Any) -> Job:  # noqa: ANN401  (of a job)
    job = request_job(session, actor, kind=SEND_MAIL, **what)
    job.queue = JOBS_THAT_SEND
    return job
