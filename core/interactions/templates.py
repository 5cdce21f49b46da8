"""Creating, changing and deleting interaction templates (TMPL-*)."""

from decimal import Decimal
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.errors import Fault, FaultList, RefusedError
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.interactions.template_languages import add_template_language
from core.records import add_record, apply_changes, lock_to_delete
from core.references import (
    CAMPAIGN,
    INTERACTION_GROUP,
    LANGUAGE,
    Use,
    find_unknown_codes,
    refuse_if_used,
)
from core.setup.email_draft_template import refuse_attachment_of_drafts
from core.vocabulary import CorrespondenceType, WizardAction

NOUN = "interaction template"

TARGETS = {
    "interaction_group_code": INTERACTION_GROUP,
    "campaign_no": CAMPAIGN,
    "language_code_default": LANGUAGE,
}

USES = (  # TMPL-002
    Use("segment", "interaction_template_code", "open segments"),
    Use("segment_line", "interaction_template_code", "lines of open segments"),
    Use("marketing_setup", "email_draft_template_code", "defaults in Marketing Setup"),
)


class TemplateChanges(TypedDict, total=False):
    interaction_group_code: str
    description: str
    unit_cost: Decimal
    unit_duration: Decimal
    information_flow: int
    initiated_by: int
    campaign_no: str
    campaign_target: bool
    campaign_response: bool
    correspondence_type_default: int
    language_code_default: str
    wizard_action: int
    ignore_contact_corres_type: bool


def create_template(
    session: Session,
    code: str,
    draft: TemplateChanges,
    *,
    create_language: bool = True,
) -> InteractionTemplate:
    """A new template answers by e-mail unless the draft says otherwise (TMPL-001)."""
    _check_codes(session, draft)
    template = InteractionTemplate(
        code=code, correspondence_type_default=CorrespondenceType.EMAIL
    )
    add_record(session, template, NOUN, "code")
    _apply(session, template, draft, create_language=create_language)
    session.flush()  # the columns that were not given get their values
    return template


def change_template(
    session: Session,
    template: InteractionTemplate,
    changes: TemplateChanges,
    *,
    create_language: bool = True,
) -> None:
    _check_codes(session, changes)
    _apply(session, template, changes, create_language=create_language)


def delete_template(session: Session, code: str) -> None:
    """Delete it with its language rows and their attachments; refused while an open
    segment uses it."""
    template = lock_to_delete(session, InteractionTemplate, code, NOUN)
    refuse_if_used(session, "Interaction template", code, USES)
    row = InteractionTemplateLanguage
    held = session.scalars(
        select(row.attachment_id)
        .where(row.interaction_template_code == code, row.attachment_id.is_not(None))
        .with_for_update()
    ).all()
    session.delete(template)
    discard_unreferenced(session, [number for number in held if number])


def _check_codes(session: Session, changes: TemplateChanges) -> None:
    faults = FaultList()
    find_unknown_codes(session, faults, changes, TARGETS)
    faults.refuse_if_any()


def _apply(
    session: Session,
    template: InteractionTemplate,
    changes: TemplateChanges,
    *,
    create_language: bool,
) -> None:
    language_before = template.language_code_default
    apply_changes(template, changes)
    if template.language_code_default:
        _require_language_row(session, template, create_language=create_language)
        if template.language_code_default != language_before:
            _settle_wizard_action(template, changes)
            refuse_attachment_of_drafts(session, template.code, "language_code_default")
        _check_wizard_action(template)


def _require_language_row(
    session: Session, template: InteractionTemplate, *, create_language: bool
) -> None:
    code, language = template.code, template.language_code_default
    if session.get(InteractionTemplateLanguage, (code, language)):
        return
    if not create_language:
        detail = f"Interaction template {code} has no row for language {language}."
        fault = Fault("E-NO-LANGUAGE", detail, "language_code_default")
        raise RefusedError(fault.code, detail, faults=(fault,))
    add_template_language(session, template, language, {})  # TMPL-010


def _settle_wizard_action(
    template: InteractionTemplate, changes: TemplateChanges
) -> None:
    # A row has no e-mail layout yet, so merging ends with the change (TMPL-011).
    inherited = "wizard_action" not in changes
    if inherited and template.wizard_action == WizardAction.MERGE:
        template.wizard_action = WizardAction.BLANK


def _check_wizard_action(template: InteractionTemplate) -> None:
    if template.wizard_action == WizardAction.MERGE:  # TMPL-021
        detail = (
            f"Interaction template {template.code} has nothing to merge in language "
            f"{template.language_code_default}, so its wizard action cannot be Merge."
        )
        fault = Fault("E-WIZARD-ACTION", detail, "wizard_action")
        raise RefusedError(fault.code, detail, faults=(fault,))
