from flask import Response
from sqlalchemy import select

from core.access.roles import Permission
from core.contacts.models import Salesperson
from core.contacts.salespeople import (
    NOUN,
    add_salesperson,
    change_salesperson,
    delete_salesperson,
)
from core.database import transaction
from core.interactions.statistics import totals_of_salesperson
from core.records import found_record, lock_record
from web.api import framework
from web.api.framework.fields import Flag, Key20, Text30, Text50, Text80
from web.api.statistics import PeriodQuery, SalespersonStatisticsShown
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint("salespeople", "Who contacts the contacts.")


class SalespersonChanges(framework.Body):
    name: Text50 = ""
    job_title: Text30 = ""
    email: Text80 = ""
    phone_no: Text30 = ""
    blocked: Flag = False
    privacy_blocked: Flag = False


class SalespersonDraft(SalespersonChanges):
    code: Key20


class SalespersonShown(framework.Shown):
    code: Key20
    name: Text50
    job_title: Text30
    email: Text80
    phone_no: Text30
    blocked: Flag
    privacy_blocked: Flag


@framework.filters_on(
    SalespersonShown,
    code=Salesperson.code,
    name=Salesperson.name,
    job_title=Salesperson.job_title,
    email=Salesperson.email,
    phone_no=Salesperson.phone_no,
    blocked=Salesperson.blocked,
    privacy_blocked=Salesperson.privacy_blocked,
)
class SalespersonQuery(framework.ListQuery):
    pass


@blueprint.get(
    "/salespeople", responses=framework.lists(framework.Page[SalespersonShown])
)
@requires(Permission.READ)
def list_salespeople(query: SalespersonQuery) -> Response:
    """List salespeople."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(Salesperson),
            query,
            key=Salesperson.code,
            show=SalespersonShown.of,
        )


@blueprint.post("/salespeople", responses=framework.creates(SalespersonShown))
@requires(Permission.EDIT)
def create_salesperson(body: SalespersonDraft) -> Response:
    """Create a salesperson."""
    return framework.answer_once(
        lambda session, _: framework.created(
            SalespersonShown.of(add_salesperson(session, body.given())),
            "salespeople",
            body.code,
        )
    )


@blueprint.get("/salespeople/<code>", responses=framework.shows(SalespersonShown))
@requires(Permission.READ)
def show_salesperson(path: framework.CodePath) -> Response:
    """Show a salesperson."""
    with transaction(engine()) as session:
        found = found_record(session, Salesperson, path.code, NOUN)
        return framework.answer(SalespersonShown.of(found))


@blueprint.patch("/salespeople/<code>", responses=framework.changes(SalespersonShown))
@requires(Permission.EDIT)
def patch_salesperson(path: framework.CodePath, body: SalespersonChanges) -> Response:
    """Change a salesperson."""
    with transaction(engine()) as session:
        salesperson = lock_record(session, Salesperson, path.code, NOUN)
        framework.require_match(SalespersonShown.of(salesperson))
        change_salesperson(salesperson, body.given())
        return framework.answer(SalespersonShown.of(salesperson))


@blueprint.delete("/salespeople/<code>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_salesperson(path: framework.CodePath) -> Response:
    """Delete a salesperson no log entry or campaign entry refers to."""
    with transaction(engine()) as session:
        salesperson = lock_record(session, Salesperson, path.code, NOUN)
        framework.require_match(SalespersonShown.of(salesperson))
        delete_salesperson(session, path.code)
        return framework.no_content()


@blueprint.get(
    "/salespeople/<code>/statistics",
    responses=framework.shows(SalespersonStatisticsShown),
)
@requires(Permission.READ)
def show_salesperson_statistics(
    path: framework.CodePath, query: PeriodQuery
) -> Response:
    """Count the interactions of a salesperson that were neither canceled nor
    postponed."""
    with transaction(engine()) as session:
        found_record(session, Salesperson, path.code, NOUN)
        totals = totals_of_salesperson(session, path.code, query.days())
        return framework.answer(SalespersonStatisticsShown.of(totals))
