"""How far a job is and how long it will take, told from its row alone.

Nothing here asks for the time, so two readers of the same row see the same, and a row
that did not change is answered with "not modified".
"""

from math import ceil

from core.jobs.models import FINAL_STATES, Job, JobState

SHORTEST_POLL_SECONDS, LONGEST_POLL_SECONDS = 1, 5


def percent(job: Job) -> int | None:
    """None while it is unknown how much there is. 100 is kept for what succeeded."""
    if job.state == JobState.SUCCEEDED:
        return 100
    if not job.planned:
        return None
    return min(99, job.done * 100 // job.planned)


def rate(job: Job) -> float | None:
    """Per second, in the latest attempt; None while that one catches up with another."""
    began, ended = job.claimed_at, job.progress_at
    if not began or not ended or ended <= began:
        return None
    return round(job.done / (ended - began).total_seconds(), 1)


def eta_seconds(job: Job) -> int | None:
    """None when it cannot be said honestly."""
    speed = rate(job)
    left = job.planned - job.done
    if job.state != JobState.RUNNING or not speed or left <= 0:
        return None
    return ceil(left / speed)


def retry_after_seconds(job: Job) -> int | None:
    """When asking again is worth it: the longer it takes, the later. None: never."""
    if job.state in FINAL_STATES:
        return None
    patience = (eta_seconds(job) or 0) // 60
    return max(SHORTEST_POLL_SECONDS, min(LONGEST_POLL_SECONDS, patience))
