"""The pages of every list of codes with a description."""

from functools import partial
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.base import Base
from core.campaigns.statuses import CAMPAIGN_STATUSES
from core.contacts.classification.masters import (
    BUSINESS_RELATIONS,
    INDUSTRY_GROUPS,
    JOB_RESPONSIBILITIES,
    MAILING_GROUPS,
    ORGANIZATIONAL_LEVELS,
)
from core.interactions.groups import INTERACTION_GROUPS
from core.interactions.models import InteractionGroup
from core.interactions.statistics import totals_of_group
from core.records import apply_changes
from core.setup.masters import (
    LANGUAGES,
    SALUTATIONS,
    TERRITORIES,
    Master,
    add_code,
    delete_code,
)
from web import salutation_formulas
from web.api.masters import MasterChanges, MasterDraft, MasterShown
from web.records import Column, Input, Records, pages_for

INPUTS = (
    Input("code", "Code", longest=10, required=True, only_new=True),
    Input("description", "Description", longest=100),
)

COLUMNS = (Column("code", "Code", "code"), Column("description", "Description"))


def _create(master: Master, session: Session, _: Actor, draft: Any) -> Base:  # noqa: ANN401
    return add_code(session, master, draft)


def _change(_: Session, __: Actor, row: Base, changes: Any) -> None:  # noqa: ANN401
    apply_changes(row, changes)


def _delete(master: Master, session: Session, _: Actor, code: str) -> None:
    delete_code(session, master, code)


def _records(master: Master, about: str, **more: Any) -> Records:  # noqa: ANN401
    title = master.plural[0].upper() + master.plural[1:]
    return Records(
        title=title,
        noun=master.noun,
        about=about,
        address=f"/setup/{master.plural.replace(' ', '-')}",
        model=master.model,
        shown=MasterShown,
        draft=MasterDraft,
        changes=MasterChanges,
        columns=COLUMNS,
        inputs=INPUTS,
        create=partial(_create, master),
        change=_change,
        delete=partial(_delete, master),
        **more,
    )


def _group_details(session: Session, group: InteractionGroup) -> dict[str, object]:
    return {"totals": totals_of_group(session, group.code)}


PAGES = (
    _records(TERRITORIES, "Regions that contacts belong to."),
    _records(LANGUAGES, "Languages that contacts read and templates are written in."),
    _records(
        SALUTATIONS,
        "How contacts are addressed.",
        more="records/salutation_formulas.html",
        details=salutation_formulas.details,
    ),
    _records(MAILING_GROUPS, "Who gets which mailing: catalogues, cards, invitations."),
    _records(INDUSTRY_GROUPS, "What companies work in."),
    _records(
        BUSINESS_RELATIONS, "What companies are to us: customers, vendors, press."
    ),
    _records(JOB_RESPONSIBILITIES, "What people decide about in their companies."),
    _records(ORGANIZATIONAL_LEVELS, "How high people stand in their companies."),
    _records(CAMPAIGN_STATUSES, "How far a campaign is. For your information only."),
    _records(
        INTERACTION_GROUPS,
        "What kinds of interactions there are: letters, meetings, calls.",
        more="records/totals.html",
        details=_group_details,
    ),
)

blueprint = Blueprint("code_masters", __name__)
for records in PAGES:
    blueprint.register_blueprint(pages_for(records))
