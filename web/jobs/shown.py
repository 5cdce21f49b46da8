"""What lists and pages tell of jobs, and when that has changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.jobs import pace
from core.jobs.models import Job, JobState
from web.layout import span


class Row(NamedTuple):
    """A job as lists and pages show it."""

    job: Job
    percent: int | None
    rate: int | None
    eta: str
    took: str


def row_of(job: Job) -> Row:
    return Row(
        job,
        pace.percent(job),
        _rounded(pace.rate(job)),
        span(pace.eta_seconds(job)),
        took(job.started_at, job.finished_at),
    )


def _rounded(rate: float | None) -> int | None:
    return None if rate is None else round(rate)


def took(began: datetime | None, ended: datetime | None) -> str:
    return span(_seconds_between(began, ended))


def _seconds_between(began: datetime | None, ended: datetime | None) -> int | None:
    return round((ended - began).total_seconds()) if began and ended else None


def version_of(jobs: Sequence[Job]) -> str:
    """Changes with everything a page shows of the jobs; the first word is the stage."""
    shown = "\n".join(
        f"{job.id} {job.state} {job.phase} {job.planned} {job.done} {job.attempt}"
        f" {job.retries} {job.cancel_requested_at} {job.error_count}"
        for job in jobs
    )
    stage = stage_of(jobs[0]) if len(jobs) == 1 else "many"
    return f"{stage}.{hashlib.sha256(shown.encode()).hexdigest()[:12]}"


def stage_of(job: Job) -> str:
    """What is said aloud when it changes: the state, and each quarter of the way."""
    quarter = (pace.percent(job) or 0) // 25 * 25
    return f"{job.state}-{quarter}" if job.state == JobState.RUNNING else job.state
