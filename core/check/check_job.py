"""The check as a job, so that a page need not wait for millions of rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.check.check_database import check_database
from core.check.rule import Rule
from core.check.rules import RULES
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun

CHECK_DATABASE = "check_database"

AFTER_ALL_ELSE = -10
"""Nobody's work waits for a check."""

_TITLE = "Check the database"


def request_check(session: Session, actor: Actor) -> Job:
    """Promise a check. ConflictError E-JOB-RUNNING while one is not finished."""
    job = request_job(
        session,
        actor,
        kind=CHECK_DATABASE,
        title=_TITLE,
        subject="database",
        arguments={},
        planned=len(RULES),
    )
    job.priority = AFTER_ALL_ELSE
    record_audit(session, actor, "database.check", _TITLE, {"job": str(job.public_id)})
    return job


def request_check_again(
    session: Session, actor: Actor, _arguments: Mapping[str, Any]
) -> Job:
    return request_check(session, actor)


def run_check(run: JobRun) -> Mapping[str, object]:
    """The step of the job kind `check_database`. It only reads; what it finds is the
    job's result, and the job succeeds whatever that is."""

    def before_each(number: int, rule: Rule) -> None:
        run.check()
        run.progress.at(rule.name.replace("-", " "))
        run.progress.done(number)

    run.progress.phase("verifying")
    run.progress.plan(len(RULES))
    report = check_database(run.session, before_each=before_each)
    run.progress.done(len(RULES))
    return {"check": str(run.job.public_id), **report.as_document()}
