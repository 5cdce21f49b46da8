"""A job that is to merge two contacts keeps both as they are until it has ended.

Like the segment of a log: whoever asked for the merge has seen both, and what somebody
typed meanwhile would make the job fail, or be lost with the merged contact.
"""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.jobs.models import OPEN_STATES_SQL, Job
from core.jobs.request import not_finished

MERGE_CONTACTS = "merge_contacts"
"""The kind of job; its arguments contact_no and other_no name the two."""


def refuse_while_merged(session: Session, *nos: str) -> None:
    """Raise ConflictError E-JOB-RUNNING while such a job is about one of them."""
    _refuse_if_about(session, [no.upper() for no in nos])


def refuse_to_delete_while_merged(session: Session, no: str) -> None:
    """The same of a contact and, if it is a company, of its people, which would go with
    it. Ask before waiting for other work on contacts: that job may be at it."""
    company_id = select(Contact.id).where(Contact.no == no.upper()).scalar_subquery()
    going = or_(Contact.no == no.upper(), Contact.company_id == company_id)
    _refuse_if_about(session, select(Contact.no).where(going))


def _refuse_if_about(session: Session, named: Sequence[str] | Select[str]) -> None:
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
