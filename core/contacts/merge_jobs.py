"""A job that is to merge two contacts keeps both as they are until it has ended.

Like the segment of a log: whoever asked for the merge has seen both, and what somebody
typed meanwhile would make the job fail, or be lost with the merged contact.
"""

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from core.jobs.models import OPEN_STATES_SQL, Job
from core.jobs.request import not_finished

MERGE_CONTACTS = "merge_contacts"
"""The kind of job; its arguments contact_no and other_no name the two."""


def refuse_while_merged(session: Session, *nos: str) -> None:
    """Raise ConflictError E-JOB-RUNNING while such a job is about one of them."""
    named = [no.upper() for no in nos]
    job = session.scalar(
        select(Job)
        .where(
            Job.kind == MERGE_CONTACTS,
            text(OPEN_STATES_SQL),
            or_(
                Job.arguments["contact_no"].astext.in_(named),
                Job.arguments["other_no"].astext.in_(named),
            ),
        )
        .limit(1)
    )
    if job is not None:
        raise not_finished(job)
