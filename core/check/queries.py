from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.check.check_job import CHECK_DATABASE
from core.errors import NotFoundError
from core.jobs.models import Job, JobState


def latest_check(session: Session) -> Job | None:
    of_kind = select(Job).where(Job.kind == CHECK_DATABASE)
    return session.scalar(of_kind.order_by(Job.id.desc()).limit(1))


def latest_report(session: Session) -> Job | None:
    """The latest check that has come to an end; its result is the report."""
    ended = select(Job).where(
        Job.kind == CHECK_DATABASE, Job.state == JobState.SUCCEEDED
    )
    return session.scalar(ended.order_by(Job.id.desc()).limit(1))


def broken_rules(report: Job | None) -> int:
    rules = report.result["rules"] if report and report.result else []
    return sum(1 for rule in rules if rule["broken"])


def check_by_public_id(session: Session, public_id: UUID) -> Job:
    job = session.scalar(
        select(Job).where(Job.kind == CHECK_DATABASE, Job.public_id == public_id)
    )
    if job is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no check {public_id}.")
    return job
