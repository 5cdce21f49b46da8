"""A kind of job for tests: writes numbered rows, chunk by chunk."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.database import transaction
from core.jobs.models import Job, JobEvent, JobState
from core.jobs.monitor import Terms
from core.jobs.request import request_job
from core.jobs.run import JobFacts, JobRun, Kind, Kinds, Step
from tests import factories

CHUNK = 1000
# In a schema of their own: the tables of the product stay what its models say.
TABLES = (
    "CREATE SCHEMA IF NOT EXISTS tally",
    "CREATE TABLE IF NOT EXISTS tally.written (job_id bigint, n bigint, UNIQUE (job_id, n))",
    "CREATE TABLE IF NOT EXISTS tally.ended (job_id bigint, state text)",
)


def write_rows(run: JobRun) -> Mapping[str, object]:
    rows = int(str(run.job.arguments["rows"]))
    seconds_per_chunk = float(str(run.job.arguments.get("seconds_per_chunk", 0)))
    run.progress.phase("Writing rows")
    run.progress.plan(rows)
    for first in range(1, rows + 1, CHUNK):
        run.check()
        last = min(first + CHUNK - 1, rows)
        run.session.execute(
            text(
                "INSERT INTO tally.written SELECT :job, n FROM generate_series(CAST(:first AS bigint), :last) n"
            ),
            {"job": run.job.id, "first": first, "last": last},
        )
        run.session.execute(select(func.pg_sleep(seconds_per_chunk)))
        run.progress.done(last)
    return {"rows": rows}


def note_the_end(session: Session, job: JobFacts, state: JobState) -> None:
    session.execute(
        text("INSERT INTO tally.ended VALUES (:job, :state)"),
        {"job": job.id, "state": state},
    )


def request_again(
    session: Session, actor: Actor, arguments: Mapping[str, object]
) -> Job:
    return request_job(
        session, actor, kind="tally", title="Count", subject=None, arguments=arguments
    )


TALLY = Kind(write_rows, note_the_end, request_again)
KINDS: Kinds = {"tally": TALLY}


def kinds(step: Step) -> Kinds:
    return {"tally": Kind(step=step, on_end=note_the_end)}


def make_tables(engine: Engine) -> None:
    """Safe to call twice. No test finds rows of another: job ids are never reused."""
    with transaction(engine) as session:
        for statement in TABLES:
            session.execute(text(statement))


def submit(
    engine: Engine, *, rows: int = 3000, by: str = "anna", **arguments: object
) -> UUID:
    with transaction(engine) as session:
        job = request_job(
            session,
            replace(factories.actor(), username=by),
            kind="tally",
            title="Count",
            subject=None,
            arguments={"rows": rows, **arguments},
            planned=rows,
        )
        return job.public_id


def job_of(engine: Engine, public_id: UUID) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def rows_of(engine: Engine, public_id: UUID) -> int:
    """How many rows of the job are there; each at most once, the table sees to it."""
    with transaction(engine) as session:
        rows: int = session.scalars(
            text(
                "SELECT count(*) FROM tally.written JOIN job ON job.id = job_id"
                " WHERE public_id = :id"
            ),
            {"id": public_id},
        ).one()
        return rows


def ends_of(engine: Engine, public_id: UUID) -> list[str]:
    """The states the clean-up was called with."""
    with transaction(engine) as session:
        return list(
            session.scalars(
                text(
                    "SELECT e.state FROM tally.ended e JOIN job ON job.id = job_id"
                    " WHERE public_id = :id"
                ),
                {"id": public_id},
            )
        )


def events_of(engine: Engine, public_id: UUID) -> list[str]:
    with transaction(engine) as session:
        return list(
            session.scalars(
                select(JobEvent.event)
                .join(Job, Job.id == JobEvent.job_id)
                .where(Job.public_id == public_id)
                .order_by(JobEvent.id)
            )
        )


def terms(
    *,
    lease_seconds: float = 60.0,
    heartbeat_seconds: float = 0.05,
    is_draining: Callable[[], bool] = lambda: False,
    worker: str = "tester",
) -> Terms:
    return Terms(worker, lease_seconds, heartbeat_seconds, is_draining)
