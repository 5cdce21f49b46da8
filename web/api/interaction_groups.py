"""Statistics of interaction groups; the groups themselves are served by masters.py."""

from flask import Response

from core.access.roles import Permission
from core.database import transaction
from core.interactions.models import InteractionGroup
from core.interactions.statistics import totals_of_group
from core.records import found_record
from web.api import framework
from web.api.statistics import InteractionTotalsShown, PeriodQuery
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "interaction-groups", "What the interactions of a group cost."
)


@blueprint.get(
    "/interaction-groups/<code>/statistics",
    responses=framework.shows(InteractionTotalsShown),
)
@requires(Permission.READ)
def show_group_statistics(path: framework.CodePath, query: PeriodQuery) -> Response:
    """Count the interactions of a group that were neither canceled nor postponed."""
    with transaction(engine()) as session:
        found_record(session, InteractionGroup, path.code, "interaction group")
        totals = totals_of_group(session, path.code, query.days())
        return framework.answer(InteractionTotalsShown.of(totals))
