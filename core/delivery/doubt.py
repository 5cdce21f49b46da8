"""E-mails of which nobody can say whether they were sent: told, and left to people."""

from sqlalchemy import ColumnElement, func, insert, literal, select, update
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.interactions.models import Delivery, InteractionLogEntry
from core.jobs.models import JobError, JobState
from core.jobs.run import JobFacts
from core.vocabulary import DeliveryState

Entry = InteractionLogEntry

IN_DOUBT_CODE = "E-MAIL-DOUBT"

WORDS_OF_DOUBT = (
    "It was being sent when the connection or the worker broke off, so it may have "
    "arrived. Send it again if that does no harm."
)


def doubt_what_is_being_sent(
    session: Session, job: JobFacts, which: ColumnElement[bool]
) -> None:
    """Whoever was sending these is gone. Each is named among the job's errors."""
    doubtful = (
        update(Delivery)
        .where(which, Delivery.state == DeliveryState.SENDING)
        .values(
            state=DeliveryState.IN_DOUBT,
            at=func.clock_timestamp(),
            detail=WORDS_OF_DOUBT,
        )
        .returning(Delivery.entry_no)
        .cte("doubtful")
    )
    session.execute(
        insert(JobError).from_select(
            ["job_id", "position", "subject", "code", "detail"],
            select(
                literal(job.id),
                Entry.entry_no,
                func.coalesce(Contact.no, ""),
                literal(IN_DOUBT_CODE),
                literal(WORDS_OF_DOUBT),
            )
            .select_from(doubtful)
            .join(Entry, Entry.entry_no == doubtful.c.entry_no)
            .outerjoin(Contact, Contact.id == Entry.contact_id),
        )
    )


def doubt_when_ended(session: Session, job: JobFacts, _state: JobState) -> None:
    """A job that ends without success leaves nothing in the middle, although its worker
    may have vanished there."""
    doubt_what_is_being_sent(session, job, Delivery.job_id == job.id)
