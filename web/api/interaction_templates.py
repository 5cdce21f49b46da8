from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import vocabulary
from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.interactions.statistics import totals_of_template
from core.interactions.template_languages import (
    add_template_language,
    copy_attachment,
    delete_template_language,
    give_attachment,
    lock_template_language,
    rename_template_language,
    template_language,
)
from core.interactions.templates import (
    NOUN,
    change_template,
    create_template,
    delete_template,
)
from core.records import apply_changes, found_record, lock_record
from web.api import framework
from web.api.attachments import (
    AttachmentShown,
    Operation,
    RecordWithAttachment,
    held_by,
    serve_attachment,
    shown_attachment,
)
from web.api.framework.fields import (
    Code10,
    Code20,
    CorrespondenceType,
    Flag,
    InformationFlow,
    InitiatedBy,
    Key10,
    Minutes,
    Money,
    OptionalCount,
    Text100,
    WizardAction,
)
from web.api.framework.models import AddressKey
from web.api.statistics import InteractionTotalsShown, PeriodQuery
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "interaction-templates", "What an interaction is about and what it costs."
)


LANGUAGE = "/interaction-templates/<code>/languages/<language_code>"


class InteractionTemplateChanges(framework.Body):
    interaction_group_code: Code10 = ""
    description: Text100 = ""
    unit_cost: Money = Decimal(0)
    unit_duration: Minutes = Decimal(0)
    information_flow: InformationFlow = vocabulary.InformationFlow.BLANK
    initiated_by: InitiatedBy = vocabulary.InitiatedBy.BLANK
    campaign_no: Code20 = ""
    campaign_target: Flag = False
    campaign_response: Flag = False
    correspondence_type_default: CorrespondenceType = (
        vocabulary.CorrespondenceType.EMAIL
    )
    language_code_default: Code10 = ""
    wizard_action: WizardAction = vocabulary.WizardAction.BLANK
    ignore_contact_corres_type: Flag = False
    create_language: Flag = True
    "Whether a default language that has no row yet gets one."


class InteractionTemplateDraft(InteractionTemplateChanges):
    code: Key10


class InteractionTemplateShown(framework.Shown):
    code: Key10
    interaction_group_code: Code10
    description: Text100
    unit_cost: Money
    unit_duration: Minutes
    information_flow: InformationFlow
    initiated_by: InitiatedBy
    campaign_no: Code20
    campaign_target: Flag
    campaign_response: Flag
    correspondence_type_default: CorrespondenceType
    language_code_default: Code10
    wizard_action: WizardAction
    ignore_contact_corres_type: Flag


@framework.filters_on(
    InteractionTemplateShown,
    code=InteractionTemplate.code,
    interaction_group_code=InteractionTemplate.interaction_group_code,
    description=InteractionTemplate.description,
    unit_cost=InteractionTemplate.unit_cost,
    unit_duration=InteractionTemplate.unit_duration,
    information_flow=InteractionTemplate.information_flow,
    initiated_by=InteractionTemplate.initiated_by,
    campaign_no=InteractionTemplate.campaign_no,
    correspondence_type_default=InteractionTemplate.correspondence_type_default,
)
class InteractionTemplateQuery(framework.ListQuery):
    pass


class TemplateLanguageChanges(framework.Body):
    description: Text100 = ""


class TemplateLanguageDraft(TemplateLanguageChanges):
    language_code: Key10


class TemplateLanguagePatch(TemplateLanguageChanges):
    language_code: Key10 = ""
    "Another language for this row; a default language goes with it."

    def given(self) -> Any:  # noqa: ANN401  (LanguageChanges)
        return self.model_dump(exclude_unset=True, exclude={"language_code"})


class TemplateLanguageRow(framework.Shown):
    interaction_template_code: Key10
    language_code: Key10
    description: Text100
    attachment_no: OptionalCount

    @classmethod
    def of_row(cls, row: InteractionTemplateLanguage) -> "TemplateLanguageRow":
        return cls.of(row, attachment_no=row.attachment_id)


class TemplateLanguageShown(TemplateLanguageRow):
    attachment: AttachmentShown | None


class CopyFrom(framework.Body):
    """Without template code it is another language of the same template."""

    language_code: Key10
    interaction_template_code: Code10 = ""


class TemplateLanguagePath(framework.Path):
    code: AddressKey
    language_code: AddressKey


@blueprint.get(
    "/interaction-templates",
    responses=framework.lists(framework.Page[InteractionTemplateShown]),
)
@requires(Permission.READ)
def list_templates(query: InteractionTemplateQuery) -> Response:
    """List interaction templates."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(InteractionTemplate),
            query,
            key=InteractionTemplate.code,
            show=InteractionTemplateShown.of,
        )


@blueprint.post(
    "/interaction-templates", responses=framework.creates(InteractionTemplateShown)
)
@requires(Permission.EDIT)
def post_template(body: InteractionTemplateDraft) -> Response:
    """Create an interaction template; its correspondence type is e-mail unless given."""
    draft = body.given()
    code = draft.pop("code")
    create_language = draft.pop("create_language", True)

    def create(session: Session, _: Actor) -> Response:
        template = create_template(
            session, code, draft, create_language=create_language
        )
        return framework.created(
            InteractionTemplateShown.of(template), "interaction-templates", code
        )

    return framework.answer_once(create)


@blueprint.get(
    "/interaction-templates/<code>", responses=framework.shows(InteractionTemplateShown)
)
@requires(Permission.READ)
def show_template(path: framework.CodePath) -> Response:
    """Show an interaction template."""
    with transaction(engine()) as session:
        found = found_record(session, InteractionTemplate, path.code, NOUN)
        return framework.answer(InteractionTemplateShown.of(found))


@blueprint.patch(
    "/interaction-templates/<code>",
    responses=framework.changes(InteractionTemplateShown),
)
@requires(Permission.EDIT)
def patch_template(
    path: framework.CodePath, body: InteractionTemplateChanges
) -> Response:
    """Change an interaction template."""
    changes = body.given()
    create_language = changes.pop("create_language", True)
    with transaction(engine()) as session:
        template = lock_record(session, InteractionTemplate, path.code, NOUN)
        framework.require_match(InteractionTemplateShown.of(template))
        change_template(session, template, changes, create_language=create_language)
        return framework.answer(InteractionTemplateShown.of(template))


@blueprint.delete("/interaction-templates/<code>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_template(path: framework.CodePath) -> Response:
    """Delete an interaction template that no open segment uses."""
    with transaction(engine()) as session:
        template = lock_record(session, InteractionTemplate, path.code, NOUN)
        framework.require_match(InteractionTemplateShown.of(template))
        delete_template(session, path.code)
        return framework.no_content()


@blueprint.get(
    "/interaction-templates/<code>/statistics",
    responses=framework.shows(InteractionTotalsShown),
)
@requires(Permission.READ)
def show_template_statistics(path: framework.CodePath, query: PeriodQuery) -> Response:
    """Count the interactions of a template, neither canceled nor postponed."""
    with transaction(engine()) as session:
        found_record(session, InteractionTemplate, path.code, NOUN)
        totals = totals_of_template(session, path.code, query.days())
        return framework.answer(InteractionTotalsShown.of(totals))


@blueprint.get(
    "/interaction-templates/<code>/languages",
    responses=framework.lists_of_record(framework.Page[TemplateLanguageRow]),
)
@requires(Permission.READ)
def list_languages(path: framework.CodePath, query: framework.ListQuery) -> Response:
    """List the languages of a template."""
    row = InteractionTemplateLanguage
    with transaction(engine()) as session:
        found_record(session, InteractionTemplate, path.code, NOUN)
        return framework.page(
            session,
            select(row).where(row.interaction_template_code == path.code),
            query,
            key=row.language_code,
            show=TemplateLanguageRow.of_row,
        )


@blueprint.post(
    "/interaction-templates/<code>/languages",
    responses=framework.creates(TemplateLanguageShown),
)
@requires(Permission.EDIT)
def post_language(path: framework.CodePath, body: TemplateLanguageDraft) -> Response:
    """Add a language; its description starts as the template's."""
    draft = body.given()
    language_code = draft.pop("language_code")

    def create(session: Session, _: Actor) -> Response:
        template = lock_record(session, InteractionTemplate, path.code, NOUN)
        row = add_template_language(session, template, language_code, draft)
        return framework.created(
            _shown_language(session, row),
            "interaction-templates",
            path.code,
            "languages",
            language_code,
        )

    return framework.answer_once(create)


@blueprint.get(
    LANGUAGE,
    responses=framework.shows(TemplateLanguageShown),
)
@requires(Permission.READ)
def show_language(path: TemplateLanguagePath) -> Response:
    """Show a language of a template."""
    with transaction(engine()) as session:
        row = template_language(session, path.code, path.language_code)
        return framework.answer(_shown_language(session, row))


@blueprint.patch(
    LANGUAGE,
    responses=framework.changes(TemplateLanguageShown),
)
@requires(Permission.EDIT)
def patch_language(path: TemplateLanguagePath, body: TemplateLanguagePatch) -> Response:
    """Change a language of a template."""
    with transaction(engine()) as session:
        template = lock_record(session, InteractionTemplate, path.code, NOUN)
        row = lock_template_language(session, path.code, path.language_code)
        framework.require_match(_shown_language(session, row))
        apply_changes(row, body.given())
        rename_template_language(session, template, row, body.language_code)
        return framework.answer(_shown_language(session, row))


@blueprint.delete(
    LANGUAGE,
    responses=framework.deletes(),
)
@requires(Permission.EDIT)
def remove_language(path: TemplateLanguagePath) -> Response:
    """Delete a language; a default language that loses its row becomes blank."""
    with transaction(engine()) as session:
        template = lock_record(session, InteractionTemplate, path.code, NOUN)
        row = lock_template_language(session, path.code, path.language_code)
        framework.require_match(_shown_language(session, row))
        delete_template_language(session, template, path.language_code)
        return framework.no_content()


serve_attachment(
    blueprint,
    RecordWithAttachment(
        LANGUAGE,
        TemplateLanguagePath,
        find=lambda session, path: (
            template_language(session, path.code, path.language_code).attachment_id
        ),
        lock=lambda session, path: held_by(
            session,
            lock_template_language(session, path.code, path.language_code),
            give_attachment,
        ),
        owner=lambda path: f"Language {path.language_code} of template {path.code}",
        download=Operation(
            "download_attachment",
            "Download the attachment of a language of a template.",
        ),
        upload=Operation(
            "upload_attachment",
            "Attach a file; one that is there already is replaced.\n\n"
            "Open segments keep the attachment they took from the template.",
        ),
        remove=Operation(
            "remove_attachment",
            "Remove the attachment of a language of a template.",
        ),
    ),
)


@blueprint.post(
    f"{LANGUAGE}/attachment/copy", responses=framework.does(TemplateLanguageShown)
)
@requires(Permission.EDIT)
def copy_from(path: TemplateLanguagePath, body: CopyFrom) -> Response:
    """Take over the attachment that another language, or template, has."""
    there = body.interaction_template_code or path.code, body.language_code

    def copy(session: Session, _: Actor) -> Response:
        row = copy_attachment(session, (path.code, path.language_code), there)
        return framework.answer(_shown_language(session, row))

    return framework.answer_once(copy)


def _shown_language(
    session: Session, row: InteractionTemplateLanguage
) -> TemplateLanguageShown:
    return TemplateLanguageShown.of(
        row,
        attachment_no=row.attachment_id,
        attachment=shown_attachment(session, row.attachment_id),
    )
