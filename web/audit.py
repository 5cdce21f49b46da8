from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.access import queries
from core.access.roles import Permission
from core.database import transaction
from web.context import engine
from web.permissions import requires

blueprint = Blueprint("audit", __name__, url_prefix="/setup/audit")

PAGE = 100


@blueprint.get("")
@requires(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    before_id = request.args.get("before", type=int)
    with transaction(engine()) as session:
        events = queries.audit_events(session, before_id=before_id, limit=PAGE + 1)
    return render_template(
        "audit.html",
        events=events[:PAGE],
        before_id=before_id,
        next_id=events[PAGE - 1].id if len(events) > PAGE else None,
    )
