"""Whether all is well; and if not, what holds the jobs up."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.check.queries import broken_rules, latest_report
from core.database import transaction
from core.operations.pulse import Beating
from core.operations.reasons import Page, Severity, reasons
from web.context import engine
from web.fragments import LivePart, live_part
from web.operations.now import situation
from web.permissions import requires

blueprint = Blueprint("health", __name__)

ADDRESSES = {
    Page.HEALTH: "/operations",
    Page.WORKERS: "/operations/workers",
    Page.QUEUES: "/operations/queues",
    Page.JOBS: "/jobs",
    Page.CHECKS: "/checks",
}


@blueprint.get("")
@requires(Permission.OPERATE)
def show() -> ResponseReturnValue:
    return render_template("operations/health.html", tab="health", part=_part())


@blueprint.get("/live")
@requires(Permission.OPERATE, live=True)
def live() -> ResponseReturnValue:
    return _part().answer()


def _part() -> LivePart:
    with transaction(engine()) as session:
        now = situation(session)
        report = latest_report(session)
    found = reasons(now)
    return live_part(
        "operations/health_live.html",
        now=now,
        reasons=found,
        worst=found[0].severity if found else None,
        severities=Severity,
        addresses=ADDRESSES,
        beat=now.pulses.get(Beating.BEAT),
        sweep=now.pulses.get(Beating.SWEEP),
        report=report,
        broken_rules=broken_rules(report),
    )
