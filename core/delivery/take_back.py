"""What an undone log, or a deleted entry, does to its e-mails."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.delivery.request import mail_subject_of_log
from core.errors import ConflictError
from core.interactions.models import Delivery
from core.jobs.request import refuse_while_open
from core.rows import rows_written
from core.vocabulary import DeliveryState

NEVER_LEFT = (DeliveryState.OWED, DeliveryState.FAILED, DeliveryState.WITHHELD)


def refuse_to_take_back(session: Session, log: int) -> None:
    """Raise ConflictError E-JOB-RUNNING while e-mails of the log are being sent, and
    E-MAIL-SENT when some have gone out: nobody can call those back."""
    refuse_while_open(session, [mail_subject_of_log(log)])
    gone = session.execute(
        select(func.count()).where(
            Delivery.logged_segment_entry_no == log, Delivery.state.not_in(NEVER_LEFT)
        )
    ).scalar_one()
    if gone:
        were = "1 e-mail of this log was" if gone == 1 else f"{gone:,} e-mails were"
        raise ConflictError(
            "E-MAIL-SENT",
            f"{were} sent, and nobody can call that back. Cancel the logged segment "
            "instead.",
        )


def take_back_mail(session: Session, log: int) -> None:
    """Nothing of the log is to be sent any more. Raises as `refuse_to_take_back`."""
    rows_written(
        session,
        delete(Delivery).where(
            Delivery.logged_segment_entry_no == log, Delivery.state.in_(NEVER_LEFT)
        ),
    )
    # After the deletion: one that was just being taken has been waited for.
    refuse_to_take_back(session, log)
