"""Send again: what failed or all of a log, or one interaction's e-mail."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.delivery.account import NO_ACCOUNT, has_mail_account
from core.delivery.counts import deliveries_of_log
from core.interactions.queries import entry_row, logged_segment_row
from core.jobs.models import Job
from core.ledger.resend_mail import (
    Which,
    count_to_resend,
    is_sendable,
    resend_mail_of_entry,
    resend_mail_of_log,
)
from core.vocabulary import DeliveryState
from web.context import current_actor, engine
from web.forms import typed
from web.layout import number
from web.ledger.question import Question, answer, ask, reason_of
from web.permissions import requires

blueprint = Blueprint("resend", __name__)

LOGS = "/logged-segments"
ENTRIES = "/interaction-log-entries"
ALL_TOO = "all"


@blueprint.get("/logged-segments/<int:entry_no>/resend")
@requires(Permission.LOG)
def ask_about_log(entry_no: int) -> ResponseReturnValue:
    return ask(_question_of_log(entry_no))


@blueprint.post("/logged-segments/<int:entry_no>/resend")
@requires(Permission.LOG)
def resend_log(entry_no: int) -> ResponseReturnValue:
    form = typed()
    which = Which.ALL if form.get(ALL_TOO) == "yes" else Which.FAILED

    def deed(session: Session) -> Job:
        return resend_mail_of_log(
            session, current_actor(), entry_no, which=which, reason=reason_of(form)
        )

    return answer(form, lambda: _question_of_log(entry_no), deed, _never)


@blueprint.get("/interaction-log-entries/<int:entry_no>/resend")
@requires(Permission.LOG)
def ask_about_entry(entry_no: int) -> ResponseReturnValue:
    return ask(_question_of_entry(entry_no))


@blueprint.post("/interaction-log-entries/<int:entry_no>/resend")
@requires(Permission.LOG)
def resend_entry(entry_no: int) -> ResponseReturnValue:
    form = typed()

    def deed(session: Session) -> Job:
        actor = current_actor()
        return resend_mail_of_entry(session, actor, entry_no, reason=reason_of(form))

    return answer(form, lambda: _question_of_entry(entry_no), deed, _never)


def _question_of_log(entry_no: int) -> Question:
    with transaction(engine()) as session:
        logged = logged_segment_row(session, entry_no)[0]
        found = deliveries_of_log(session, entry_no)
        not_arrived = count_to_resend(session, entry_no, Which.FAILED)
        sendable = count_to_resend(session, entry_no, Which.ALL)
    why_not = _why_not(sendable)
    may_have_arrived = found.get(DeliveryState.IN_DOUBT, 0)
    return Question(
        title=f"Send again: e-mails of segment {logged.segment_no}",
        sentences=[why_not or _to_send(not_arrived)],
        warnings=["What is in doubt may have arrived, and would arrive twice."]
        if may_have_arrived and not why_not
        else (),
        number=not_arrived,
        button="Send",
        back=f"{LOGS}/{entry_no}",
        crumbs=[("Logged Segments", LOGS), (logged.segment_no, f"{LOGS}/{entry_no}")],
        choices=[] if why_not else [(ALL_TOO, _all_of(sendable, is_again=bool(found)))],
        is_possible=not why_not,
    )


def _why_not(sendable: int) -> str:
    if not has_mail_account():
        return NO_ACCOUNT
    if not sendable:
        return "There is no e-mail that counts and has an attachment."
    return ""


def _to_send(not_arrived: int) -> str:
    if not not_arrived:
        return "No e-mail failed or is owed."
    return f"Sends {_mails(not_arrived)}: what is owed, failed or is in doubt."


def _all_of(sendable: int, *, is_again: bool) -> str:
    before = ", also what was sent before" if is_again else ""
    return f"Send all {_mails(sendable)}{before}"


def _question_of_entry(entry_no: int) -> Question:
    with transaction(engine()) as session:
        row = entry_row(session, entry_no)
        sendable = int(is_sendable(session, entry_no))
    was_sent = row.delivery_state in {DeliveryState.SENT, DeliveryState.IN_DOUBT}
    whom = f"{row.contact_name} {row.contact_no}".strip() or "its contact"
    why_not = _why_not(sendable)
    return Question(
        title=f"Send again: interaction {entry_no}",
        sentences=[why_not or f"Sends the attachment by e-mail to {whom}."],
        warnings=["It was sent before, and will arrive twice."]
        if was_sent and not why_not
        else (),
        number=1,
        button="Send 1 e-mail",
        back=f"{ENTRIES}/{entry_no}",
        crumbs=[
            ("Interaction Log Entries", ENTRIES),
            (str(entry_no), f"{ENTRIES}/{entry_no}"),
        ],
        is_possible=not why_not,
    )


def _mails(of: int) -> str:
    return f"{number(of)} {'e-mail' if of == 1 else 'e-mails'}"


def _never(_job: Job) -> ResponseReturnValue:
    raise AssertionError("a job leads elsewhere")
