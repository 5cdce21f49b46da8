"""Send e-mails again (DLV-020 to DLV-023): those that did not arrive, or all of them."""

from enum import StrEnum

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.delivery.account import mail_account
from core.delivery.request import (
    count_owed,
    mail_subject_of_entry,
    mail_subject_of_log,
    request_mail_of_entry,
    request_mail_of_log,
)
from core.delivery.scope import LOG
from core.errors import NotFoundError, RefusedError
from core.interactions.models import Delivery, InteractionLogEntry
from core.jobs.models import Job
from core.jobs.request import refuse_while_open
from core.ledger.locks import lock_log
from core.rows import rows_written
from core.vocabulary import CorrespondenceType, DeliveryState

Entry = InteractionLogEntry

NOT_ARRIVED = (
    int(DeliveryState.OWED),
    int(DeliveryState.FAILED),
    int(DeliveryState.IN_DOUBT),
)


class Which(StrEnum):
    FAILED = "failed"
    "What did not arrive, or may not have; what is still owed goes with it."
    ALL = "all"
    "Also what was sent before, and what never was to be sent."


def resend_mail_of_log(
    session: Session,
    actor: Actor,
    log: int,
    *,
    which: Which = Which.FAILED,
    reason: str = "",
) -> Job:
    """The job that sends them.

    Raises NotFoundError, ConflictError E-JOB-RUNNING, RefusedError E-MAIL-ACCOUNT,
    E-MAIL-NOTHING.
    """
    mail_account()
    logged = lock_log(session, log)
    refuse_while_open(session, [mail_subject_of_log(log)])
    _owe_again(session, Entry.logged_segment_entry_no == log, which)
    owed = count_owed(session, {LOG: log})
    record_audit(
        session,
        actor,
        "logged_segment.resend",
        str(log),
        {"which": which.value, "mails": owed, "reason": reason},
    )
    return request_mail_of_log(session, actor, logged, owed)


def resend_mail_of_entry(
    session: Session, actor: Actor, entry_no: int, *, reason: str = ""
) -> Job:
    """The job that sends it, whatever became of it before. Raises as
    `resend_mail_of_log`."""
    mail_account()
    entry = session.get(Entry, entry_no)
    if entry is None or entry.postponed:
        raise NotFoundError(
            "E-NOT-FOUND", f"There is no interaction log entry {entry_no}."
        )
    if entry.logged_segment_entry_no:
        lock_log(session, entry.logged_segment_entry_no)
        refuse_while_open(session, [mail_subject_of_log(entry.logged_segment_entry_no)])
    refuse_while_open(session, [mail_subject_of_entry(entry_no)])
    _owe_again(session, Entry.entry_no == entry_no, Which.ALL)
    record_audit(
        session,
        actor,
        "interaction_log_entry.resend",
        str(entry_no),
        {"reason": reason},
    )
    return request_mail_of_entry(session, actor, entry_no)


def count_to_resend(session: Session, log: int, which: Which) -> int:
    of_log = Entry.logged_segment_entry_no == log
    return session.execute(
        select(func.count()).where(of_log, *_wanted(which))
    ).scalar_one()


def is_sendable(session: Session, entry_no: int) -> bool:
    """Whether the entry is an e-mail that counts and has something to send."""
    wanted = exists().where(Entry.entry_no == entry_no, *_wanted(Which.ALL))
    return session.execute(select(wanted)).scalar_one()


def _wanted(which: Which) -> list[ColumnElement[bool]]:
    can_be_sent = [
        Entry.correspondence_type == int(CorrespondenceType.EMAIL),
        Entry.attachment_id.is_not(None),
        Entry.canceled.is_(False),
        Entry.postponed.is_(False),
    ]
    if which is Which.ALL:
        return can_be_sent
    has_not_arrived = exists().where(
        Delivery.entry_no == Entry.entry_no, Delivery.state.in_(NOT_ARRIVED)
    )
    return [*can_be_sent, has_not_arrived]


def _owe_again(session: Session, entries: ColumnElement[bool], which: Which) -> None:
    """Raise RefusedError E-MAIL-NOTHING when there is nothing to owe."""
    owing = insert(Delivery).from_select(
        ["entry_no", "logged_segment_entry_no", "state"],
        select(
            Entry.entry_no,
            Entry.logged_segment_entry_no,
            literal(int(DeliveryState.OWED)),
        ).where(entries, *_wanted(which)),
        include_defaults=False,
    )
    owed = rows_written(
        session,
        owing.on_conflict_do_update(
            index_elements=[Delivery.entry_no],
            set_={
                "state": int(DeliveryState.OWED),
                "tries": 0,
                "at": func.clock_timestamp(),
                "job_id": None,
                "detail": "",
                # A mailbox shall know what may have arrived before from a new letter.
                "message_id": case(
                    (Delivery.state == int(DeliveryState.SENT), func.uuidv7()),
                    else_=Delivery.message_id,
                ),
            },
            # One that another job is just sending is that job's.
            where=Delivery.state != int(DeliveryState.SENDING),
        ),
    )
    if not owed:
        raise RefusedError(
            "E-MAIL-NOTHING",
            "There is no e-mail to send again: none failed, or none has an attachment "
            "and counts.",
        )
