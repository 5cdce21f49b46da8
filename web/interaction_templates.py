from typing import Any

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.queries import attachments_facts
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.interactions.statistics import totals_of_template
from core.interactions.templates import (
    NOUN,
    change_template,
    create_template,
    delete_template,
)
from core.vocabulary import (
    CorrespondenceType,
    InformationFlow,
    InitiatedBy,
    WizardAction,
)
from web import choices, template_languages
from web.api.interaction_templates import (
    InteractionTemplateChanges,
    InteractionTemplateDraft,
    InteractionTemplateShown,
)
from web.records import Column, Input, Records, pages_for

ADDRESS = "/setup/interaction-templates"


def _create(session: Session, _: Actor, draft: Any) -> InteractionTemplate:  # noqa: ANN401
    return create_template(session, draft.pop("code"), draft)


def _change(
    session: Session,
    _: Actor,
    template: InteractionTemplate,
    changes: Any,  # noqa: ANN401
) -> None:
    change_template(session, template, changes)


def _delete(session: Session, _: Actor, code: str) -> None:
    delete_template(session, code)


def _details(session: Session, template: InteractionTemplate) -> dict[str, object]:
    row = InteractionTemplateLanguage
    statement = (
        select(row)
        .where(row.interaction_template_code == template.code)
        .order_by(row.language_code)
    )
    rows = session.scalars(statement).all()
    there = {each.language_code for each in rows}
    return {
        "totals": totals_of_template(session, template.code),
        "languages": rows,
        "files": attachments_facts(session, (each.attachment_id for each in rows)),
        "language_choices": [
            each for each in choices.languages(session) if each[0] not in there
        ],
    }


blueprint = Blueprint("interaction_templates", __name__)
blueprint.register_blueprint(template_languages.blueprint)
blueprint.register_blueprint(
    pages_for(
        Records(
            title="Interaction templates",
            noun=NOUN,
            about="What an interaction is about, and what it costs in money and time.",
            address=ADDRESS,
            model=InteractionTemplate,
            shown=InteractionTemplateShown,
            draft=InteractionTemplateDraft,
            changes=InteractionTemplateChanges,
            columns=(
                Column("code", "Code", "code"),
                Column("description", "Description"),
                Column("interaction_group_code", "Group", "code"),
                Column("unit_cost", "Cost", "money"),
                Column("unit_duration", "Minutes", "minutes"),
                Column("information_flow", "Flow", "word"),
                Column("initiated_by", "Initiated by", "word"),
                Column("correspondence_type_default", "Correspondence", "word"),
            ),
            inputs=(
                Input("code", "Code", longest=10, required=True, only_new=True),
                Input("description", "Description", longest=100),
                Input(
                    "interaction_group_code", "Group", "choice", options=choices.groups
                ),
                Input("unit_cost", "Unit cost", "number"),
                Input("unit_duration", "Unit duration in minutes", "number"),
                Input(
                    "information_flow",
                    "Information flow",
                    "choice",
                    options=lambda _: choices.words(InformationFlow),
                ),
                Input(
                    "initiated_by",
                    "Initiated by",
                    "choice",
                    options=lambda _: choices.words(InitiatedBy),
                ),
                Input(
                    "correspondence_type_default",
                    "Correspondence type",
                    "choice",
                    options=lambda _: choices.words(CorrespondenceType),
                    hint="How the contact is reached, unless the contact says otherwise.",
                ),
                Input("campaign_no", "Campaign", "choice", options=choices.campaigns),
                Input(
                    "language_code_default",
                    "Default language",
                    "choice",
                    options=choices.languages,
                    hint="For contacts whose own language the template does not have.",
                ),
                Input(
                    "wizard_action",
                    "Wizard action",
                    "choice",
                    options=lambda _: choices.words(WizardAction),
                ),
                Input(
                    "ignore_contact_corres_type",
                    "Ignore how the contact wants to be reached",
                    "check",
                ),
                Input("campaign_target", "Campaign target", "check"),
                Input("campaign_response", "Campaign response", "check"),
            ),
            start=lambda _: {"correspondence_type_default": "email"},
            create=_create,
            change=_change,
            delete=_delete,
            more="records/template.html",
            details=_details,
        )
    )
)
