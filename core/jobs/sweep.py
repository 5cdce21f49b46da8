from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs.models import Job
from core.jobs.next_job import Limits, is_claimable

MOST_RINGS = 500


def unkept_promises(session: Session, limits: Limits) -> list[UUID]:
    """The jobs somebody could be working on now, in the order they became due.

    Asks what is, never what happened since when: it does not matter who failed to
    ring, or how long nobody looked.
    """
    due = (
        select(Job.public_id)
        .where(is_claimable(limits))
        .order_by(Job.run_after, Job.id)
    )
    return list(session.scalars(due.limit(MOST_RINGS)))


def to_ring(promises: list[UUID], messages_waiting: int) -> list[UUID]:
    """Which of them the broker has to be told about again.

    As long as it holds a message for each of them, nobody forgot anything: the
    workers are just busy. So the queue never grows while they are.
    """
    return promises if messages_waiting < len(promises) else []
