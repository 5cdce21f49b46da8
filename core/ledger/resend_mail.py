"""Send e-mails again (DLV-020 to DLV-023): those that did not arrive, or all of them."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.delivery.account import mail_account
from core.delivery.request import (
    mail_subject_of_entry,
    mail_subject_of_log,
    request_mail_of_entry,
    request_mail_of_log,
)
from core.errors import NotFoundError, RefusedError
from core.interactions.models import Delivery, InteractionLogEntry
from core.jobs.models import Job
from core.jobs.request import refuse_while_open
from core.ledger.locks import lock_log
from core.rows import rows_written
from core.vocabulary import CorrespondenceType, DeliveryState

Entry = InteractionLogEntry


class Which(StrEnum):
    FAILED = "failed"
    "What did not arrive, or may not have."
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
    owed = _owe_again(session, Entry.logged_segment_entry_no == log, which)
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


def count_to_resend(session: Session, log: int) -> int:
    """How many of the log could be sent at all."""
    return session.execute(
        select(func.count()).where(Entry.logged_segment_entry_no == log, can_be_sent())
    ).scalar_one()


def can_be_sent() -> ColumnElement[bool]:
    """Of entries: they are e-mails, count, and have something to send."""
    return and_(
        Entry.correspondence_type == int(CorrespondenceType.EMAIL),
        Entry.attachment_id.is_not(None),
        Entry.canceled.is_(False),
        Entry.postponed.is_(False),
    )


def _owe_again(session: Session, entries: ColumnElement[bool], which: Which) -> int:
    """How many are owed now that were not, and those that still were."""
    not_well = [int(DeliveryState.FAILED), int(DeliveryState.IN_DOUBT)]
    wanted = select(
        Entry.entry_no, Entry.logged_segment_entry_no, literal(int(DeliveryState.OWED))
    ).where(entries, can_be_sent())
    if which is Which.FAILED:
        wanted = wanted.where(
            select(Delivery.entry_no)
            .where(
                Delivery.entry_no == Entry.entry_no,
                Delivery.state.in_([*not_well, int(DeliveryState.OWED)]),
            )
            .exists()
        )
    owing = insert(Delivery).from_select(
        ["entry_no", "logged_segment_entry_no", "state"],
        wanted,
        include_defaults=False,
    )
    was_sent = Delivery.state == int(DeliveryState.SENT)
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
                # Of one that may have arrived, a mailbox shall know the second.
                "message_id": case(
                    (was_sent, func.uuidv7()), else_=Delivery.message_id
                ),
            },
        ),
    )
    if not owed:
        raise RefusedError(
            "E-MAIL-NOTHING",
            "There is no e-mail to send again: none failed, or none has an attachment "
            "and counts.",
        )
    return owed
