"""One resource for every list of codes with a description."""

from flask import Response
from sqlalchemy import select

from core.access.roles import Permission
from core.campaigns.statuses import CAMPAIGN_STATUSES
from core.contacts.classification.masters import (
    BUSINESS_RELATIONS,
    INDUSTRY_GROUPS,
    JOB_RESPONSIBILITIES,
    MAILING_GROUPS,
    ORGANIZATIONAL_LEVELS,
)
from core.database import transaction
from core.interactions.groups import INTERACTION_GROUPS
from core.records import apply_changes, found_record, lock_record
from core.setup.masters import (
    LANGUAGES,
    SALUTATIONS,
    TERRITORIES,
    Master,
    add_code,
    delete_code,
)
from web.api import framework
from web.api.framework.fields import Key10, Text100
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint("masters", "Lists of codes with a description.")


class MasterChanges(framework.Body):
    description: Text100 = ""


class MasterDraft(MasterChanges):
    code: Key10


class MasterShown(framework.Shown):
    code: Key10
    description: Text100


def _serve(address: str, master: Master) -> None:
    model, noun = master.model, master.noun
    name = address.replace("-", "_")

    @framework.filters_on(
        MasterShown,
        code=model.__table__.c.code,
        description=model.__table__.c.description,
    )
    class MasterQuery(framework.ListQuery):
        pass

    @blueprint.get(
        f"/{address}",
        summary=f"List {master.plural}.",
        responses=framework.lists(framework.Page[MasterShown]),
        endpoint=f"list_{name}",
    )
    @requires(Permission.READ)
    def list_codes(query: MasterQuery) -> Response:
        with transaction(engine()) as session:
            return framework.page(
                session,
                select(model),
                query,
                key=model.__table__.c.code,
                show=MasterShown.of,
            )

    @blueprint.post(
        f"/{address}",
        summary=f"Create a {noun}.",
        responses=framework.creates(MasterShown),
        endpoint=f"create_{name}",
    )
    @requires(Permission.EDIT)
    def create_code(body: MasterDraft) -> Response:
        return framework.answer_once(
            lambda session, _actor: framework.created(
                MasterShown.of(add_code(session, master, body.given())),
                address,
                body.code,
            )
        )

    @blueprint.get(
        f"/{address}/<code>",
        summary=f"Show a {noun}.",
        responses=framework.shows(MasterShown),
        endpoint=f"show_{name}",
    )
    @requires(Permission.READ)
    def show_code(path: framework.CodePath) -> Response:
        with transaction(engine()) as session:
            row = found_record(session, model, path.code, noun)
            return framework.answer(MasterShown.of(row))

    @blueprint.patch(
        f"/{address}/<code>",
        summary=f"Change a {noun}.",
        responses=framework.changes(MasterShown),
        endpoint=f"change_{name}",
    )
    @requires(Permission.EDIT)
    def change_code(path: framework.CodePath, body: MasterChanges) -> Response:
        with transaction(engine()) as session:
            row = lock_record(session, model, path.code, noun)
            framework.require_match(MasterShown.of(row))
            apply_changes(row, body.given())
            return framework.answer(MasterShown.of(row))

    @blueprint.delete(
        f"/{address}/<code>",
        summary=f"Delete a {noun} that nothing refers to.",
        responses=framework.deletes(),
        endpoint=f"delete_{name}",
    )
    @requires(Permission.EDIT)
    def remove_code(path: framework.CodePath) -> Response:
        with transaction(engine()) as session:
            row = lock_record(session, model, path.code, noun)
            framework.require_match(MasterShown.of(row))
            delete_code(session, master, path.code)
            return framework.no_content()


_serve("territories", TERRITORIES)
_serve("languages", LANGUAGES)
_serve("salutations", SALUTATIONS)
_serve("campaign-statuses", CAMPAIGN_STATUSES)
_serve("interaction-groups", INTERACTION_GROUPS)
_serve("mailing-groups", MAILING_GROUPS)
_serve("industry-groups", INDUSTRY_GROUPS)
_serve("business-relations", BUSINESS_RELATIONS)
_serve("job-responsibilities", JOB_RESPONSIBILITIES)
_serve("organizational-levels", ORGANIZATIONAL_LEVELS)
