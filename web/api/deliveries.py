from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.delivery.counts import deliveries_of_log
from core.interactions.queries import logged_segment_row
from core.ledger.resend_mail import Which, resend_mail_of_entry, resend_mail_of_log
from core.vocabulary import DeliveryState
from web.api import framework
from web.api.framework.fields import Count
from web.api.jobs import JobShown, job_id_of, job_started
from web.api.ledger import ReasonBody
from web.context import engine, nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "deliveries", "What became of the e-mails of a log, and sending them again."
)


class DeliveriesShown(framework.Shown):
    """How many e-mails of the log are in each state. `in_doubt` may have arrived;
    `withheld` were canceled or blocked between the log and the sending."""

    owed: Count
    sending: Count
    sent: Count
    failed: Count
    in_doubt: Count
    withheld: Count


class ResendBody(ReasonBody):
    which: Which = Which.FAILED
    "`failed`: what did not arrive, or may not have. `all`: also what was sent before."


@blueprint.get(
    "/logged-segments/<int:entry_no>/deliveries",
    responses=framework.shows(DeliveriesShown),
)
@requires(Permission.READ)
def show_deliveries(path: framework.EntryNoPath) -> Response:
    """Count the e-mails of a logged segment by what became of them."""
    with transaction(engine()) as session:
        logged_segment_row(session, path.entry_no)
        found = deliveries_of_log(session, path.entry_no)
        counts = {
            state.name.lower(): found.get(state, 0)
            for state in DeliveryState
            if state is not DeliveryState.BLANK
        }
        return framework.answer(DeliveriesShown.of(None, **counts))


@blueprint.post(
    "/logged-segments/<int:entry_no>/resend", responses=framework.starts(JobShown)
)
@requires(Permission.LOG)
def resend_logged_segment(path: framework.EntryNoPath, body: ResendBody) -> Response:
    """Send the e-mails of a logged segment again."""

    def promise(session: Session, actor: Actor) -> Response:
        job = resend_mail_of_log(
            session, actor, path.entry_no, which=body.which, reason=body.reason
        )
        return job_started(session, job)

    return _started(framework.answer_once(promise))


@blueprint.post(
    "/interaction-log-entries/<int:entry_no>/resend",
    responses=framework.starts(JobShown),
)
@requires(Permission.LOG)
def resend_entry(path: framework.EntryNoPath, body: ReasonBody) -> Response:
    """Send the e-mail of one interaction, whatever became of it before."""

    def promise(session: Session, actor: Actor) -> Response:
        job = resend_mail_of_entry(session, actor, path.entry_no, reason=body.reason)
        return job_started(session, job)

    return _started(framework.answer_once(promise))


def _started(response: Response) -> Response:
    nudge().ring(job_id_of(response))
    return response
