"""The language rows of an interaction template (TMPL-041)."""

from typing import TypedDict

from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.attachments.models import Attachment
from core.attachments.queries import required_attachment
from core.attachments.replace import replace_attachment
from core.errors import ConflictError, Fault, FaultList, NotFoundError
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.records import add_record
from core.references import LANGUAGE, find_unknown_codes
from core.setup.email_draft_template import refuse_attachment_of_drafts

TARGETS = {"language_code": LANGUAGE}


class LanguageChanges(TypedDict, total=False):
    description: str


def template_language(
    session: Session, code: str, language_code: str
) -> InteractionTemplateLanguage:
    return _found(
        session.get(InteractionTemplateLanguage, (code, language_code)),
        code,
        language_code,
    )


def lock_template_language(
    session: Session, code: str, language_code: str
) -> InteractionTemplateLanguage:
    """The row as it is now, held until the transaction ends."""
    row = session.get(
        InteractionTemplateLanguage,
        (code, language_code),
        with_for_update=True,
        populate_existing=True,
    )
    return _found(row, code, language_code)


def _found(
    row: InteractionTemplateLanguage | None, code: str, language_code: str
) -> InteractionTemplateLanguage:
    if row is None:
        raise NotFoundError(
            "E-NOT-FOUND",
            f"Interaction template {code} has no language {language_code}.",
        )
    return row


def add_template_language(
    session: Session,
    template: InteractionTemplate,
    language_code: str,
    draft: LanguageChanges,
) -> InteractionTemplateLanguage:
    """Its description starts as the template's own."""
    faults = FaultList()
    find_unknown_codes(session, faults, {"language_code": language_code}, TARGETS)
    faults.refuse_if_any()
    row = InteractionTemplateLanguage(
        interaction_template_code=template.code,
        language_code=language_code,
        description=draft.get("description", template.description),
    )
    add_record(session, row, f"language of template {template.code}", "language_code")
    return row


def rename_template_language(
    session: Session,
    template: InteractionTemplate,
    row: InteractionTemplateLanguage,
    language_code: str,
) -> None:
    """The default language goes along with its row (TMPL-041). Blank: as it was."""
    if language_code in {"", row.language_code}:
        return
    faults = FaultList()
    find_unknown_codes(session, faults, {"language_code": language_code}, TARGETS)
    faults.refuse_if_any()
    if session.get(InteractionTemplateLanguage, (template.code, language_code)):
        detail = f"Interaction template {template.code} has {language_code} already."
        fault = Fault("E-EXISTS", detail, "language_code")
        raise ConflictError(fault.code, detail, faults=(fault,))
    if template.language_code_default == row.language_code:
        template.language_code_default = language_code
    row.language_code = language_code


def delete_template_language(
    session: Session, template: InteractionTemplate, language_code: str
) -> None:
    """The default language goes with its row, and so does an attachment that was never
    logged (TMPL-041)."""
    row = lock_template_language(session, template.code, language_code)
    held = [row.attachment_id] if row.attachment_id else []
    session.delete(row)
    if template.language_code_default == language_code:
        template.language_code_default = ""
    discard_unreferenced(session, held)


def give_attachment(
    session: Session,
    row: InteractionTemplateLanguage,
    attachment: Attachment | None,
    field: str = "file",
) -> None:
    """Raise RefusedError at `field` where the template of e-mail drafts gets one."""
    replace_attachment(session, row, attachment)
    if attachment:
        refuse_attachment_of_drafts(session, row.interaction_template_code, field)


def copy_attachment(
    session: Session,
    here: tuple[str, str],
    there: tuple[str, str],
    field: str = "language_code",
) -> InteractionTemplateLanguage:
    """The same file in one language of a template as in another; each may be replaced
    by itself (TMPL-043). Both are named by template and language.

    Raises NotFoundError, also where there is no attachment to copy, and RefusedError at
    `field` for the template of e-mail drafts.
    """
    # In one order, so that two who copy crosswise do not wait for each other.
    rows = {key: lock_template_language(session, *key) for key in sorted({here, there})}
    owner = f"Language {there[1]} of template {there[0]}"
    found = required_attachment(session, rows[there].attachment_id, owner)
    copied = session.get_one(Attachment, found.no)
    give_attachment(session, rows[here], copied, field)
    return rows[here]
