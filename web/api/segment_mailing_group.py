from http import HTTPStatus

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.jobs.models import Job
from core.segments.apply_mailing_group import Application, apply_mailing_group
from web.api import framework
from web.api.framework.fields import Count, Flag, Key10, Key20
from web.api.jobs import JobShown, job_id_of, job_started
from web.context import nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment mailing group", "Put the contacts of a segment into a mailing group."
)


class MailingGroupBody(framework.Body):
    """`delete_old_assignments`: whoever is not in the segment loses the group."""

    code: Key10
    delete_old_assignments: Flag = False


class MailingGroupApplied(framework.Shown):
    segment_no: Key20
    mailing_group_code: Key10
    added: Count
    removed: Count


@blueprint.post(
    "/segments/<no>/apply-mailing-group",
    responses=framework.does(MailingGroupApplied) | framework.starts(JobShown),
)
@requires(Permission.EDIT)
def apply(path: framework.NoPath, body: MailingGroupBody) -> Response:
    """Give every contact of the segment the mailing group."""

    def deed(session: Session, actor: Actor) -> Response:
        wanted = Application(body.code, body.delete_old_assignments)
        done = apply_mailing_group(session, actor, path.no, wanted)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(
            MailingGroupApplied.of(
                done, segment_no=path.no, mailing_group_code=body.code
            )
        )

    response = framework.answer_once(deed)
    if response.status_code == HTTPStatus.ACCEPTED:
        nudge().ring(job_id_of(response))
    return response
