"""What became of all jobs, added up for programs that draw curves."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.jobs import pace
from core.jobs.models import Job, JobState

BUCKETS_SECONDS = (1, 5, 15, 60, 300, 900, 3600)
"""Upper ends of the ranges that durations are counted in."""


def ended_jobs(session: Session) -> Sequence[Any]:
    """kind, state, number, seconds in all, and how many took up to each bucket's end.

    From the first attempt to the end; a job that never began took no time.
    """
    began = func.coalesce(Job.started_at, Job.finished_at)
    seconds = func.extract("epoch", Job.finished_at - began)
    within = (
        func.count().filter(seconds <= end).label(f"within_{end}")
        for end in BUCKETS_SECONDS
    )
    return session.execute(
        select(
            Job.kind,
            Job.state,
            func.count().label("number"),
            func.sum(seconds).label("seconds"),
            *within,
        )
        .where(Job.finished_at.is_not(None))
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    ).all()


def lines_per_second(session: Session) -> dict[str, float]:
    """How fast each kind gets on now, all its running jobs together."""
    found: dict[str, float] = {}
    for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
        found[job.kind] = found.get(job.kind, 0.0) + (pace.rate(job) or 0.0)
    return found
