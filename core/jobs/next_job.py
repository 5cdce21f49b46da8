"""Which job is to be begun next.

A ring only says that there is work. Whoever hears it takes the job whose turn it is:
of the highest priority, of the person with the fewest jobs at work, of the person
served the longest time ago, the oldest. So a hundred jobs of one person wait for the
second one's only job, and not the other way round.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from core.jobs.lease import is_due
from core.jobs.models import Job, JobState, PausedQueue
from core.jobs.run import Kinds

Limits = Mapping[str, int]
"""Kind of job to how many of it may be at work at the same time."""

REMEMBERED = timedelta(hours=1)
"""How long it counts who was served when."""


def limits_of(kinds: Kinds) -> Limits:
    return {
        name: kind.most_at_once
        for name, kind in kinds.items()
        if kind.most_at_once is not None
    }


def is_claimable(limits: Limits) -> ColumnElement[bool]:
    """Due, in a queue that is not paused, and of a kind that has room."""
    is_paused = exists().where(PausedQueue.name == Job.queue)
    has_room = (
        or_(Job.kind != kind, _number_at_work(kind) < limit)
        for kind, limit in limits.items()
    )
    return and_(is_due(), not_(is_paused), *has_room)


def in_turn(limits: Limits) -> Select[int, str, str]:
    """The claimable jobs (id, state, worker), the one to begin next first."""
    served = _served()
    return (
        select(Job.id, Job.state, Job.worker)
        .outerjoin(served, served.c.requested_by == Job.requested_by)
        .where(is_claimable(limits))
        .order_by(
            Job.priority.desc(),
            func.coalesce(served.c.at_work, 0),
            served.c.last_claimed_at.asc().nulls_first(),
            Job.id,
        )
    )


def _number_at_work(kind: str) -> ColumnElement[int]:
    at_work = aliased(Job, name="at_work")
    return (
        select(func.count())
        .where(
            at_work.kind == kind,
            at_work.state == JobState.RUNNING,
            at_work.lease_until >= func.now(),
        )
        .scalar_subquery()
    )


def _served() -> CTE:
    recent = aliased(Job, name="recent")
    is_running = recent.state == JobState.RUNNING
    return (
        select(
            recent.requested_by,
            func.count()
            .filter(is_running, recent.lease_until >= func.now())
            .label("at_work"),
            func.max(recent.claimed_at).label("last_claimed_at"),
        )
        .where(or_(is_running, recent.finished_at > func.now() - REMEMBERED))
        .group_by(recent.requested_by)
        .cte("served")
        # Added up once. As a subquery it was added up again for each waiting job.
        .prefix_with("MATERIALIZED")
    )
