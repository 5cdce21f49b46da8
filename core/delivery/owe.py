"""Write down which e-mails a log owes, in the transaction of the log (TRAP-15)."""

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.delivery.request import request_mail_of_entry, request_mail_of_log
from core.interactions.models import Delivery, InteractionLogEntry, LoggedSegment
from core.jobs.models import Job
from core.rows import rows_written
from core.vocabulary import CorrespondenceType, DeliveryState

Entry = InteractionLogEntry


def owe_mail_of_log(
    session: Session, actor: Actor, logged: LoggedSegment
) -> Job | None:
    """Each of its entries that is an e-mail is to be sent, by the job that is returned;
    None when there is no such entry.

    Plan (a million entries of a log): one pass over them, a third of the time; the rest
    is writing the rows and their two indexes.
    """
    owed = rows_written(
        session,
        insert(Delivery).from_select(
            ["entry_no", "logged_segment_entry_no", "state"],
            select(
                Entry.entry_no,
                Entry.logged_segment_entry_no,
                literal(int(DeliveryState.OWED)),
            ).where(
                Entry.logged_segment_entry_no == logged.entry_no,
                Entry.correspondence_type == int(CorrespondenceType.EMAIL),
            ),
            include_defaults=False,
        ),
    )
    return request_mail_of_log(session, actor, logged, owed) if owed else None


def owe_mail_of_entry(session: Session, actor: Actor, entry_no: int) -> Job:
    """The same of a single interaction that is an e-mail and was never sent."""
    session.add(Delivery(entry_no=entry_no, state=int(DeliveryState.OWED)))
    session.flush()
    return request_mail_of_entry(session, actor, entry_no)
