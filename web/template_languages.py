"""The languages of an interaction template, each with its attachment."""

from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.models import Attachment
from core.attachments.queries import attachment_facts
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.interactions.template_languages import (
    add_template_language,
    copy_attachment,
    delete_template_language,
    give_attachment,
    lock_template_language,
    rename_template_language,
    template_language,
)
from core.interactions.templates import NOUN, TemplateChanges, change_template
from core.records import apply_changes, found_record, lock_record
from web import choices
from web.api.interaction_templates import TemplateLanguageDraft, TemplateLanguagePatch
from web.attachment_pages import PageWithAttachment, serve_attachment
from web.attachments import offered_files
from web.context import engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale, version_of_values

blueprint = Blueprint(
    "template_languages", __name__, url_prefix="/setup/interaction-templates/<key>"
)


@blueprint.post("/languages")
@requires(Permission.EDIT)
def add(key: str) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            given = {name: value for name, value in typed().items() if value}
            draft = TemplateLanguageDraft.model_validate(given).given()
            template = lock_record(session, InteractionTemplate, key.upper(), NOUN)
            code = draft.pop("language_code")
            add_template_language(session, template, code, draft)
    except (RefusedError, ConflictError) as error:
        flash(error.detail, "bad")
        return redirect(_address(key), 303)
    flash(f"Language {code} is added.")
    return redirect(_address(key, code), 303)


@blueprint.get("/languages/<language_code>")
@requires(Permission.READ)
def show(key: str, language_code: str) -> ResponseReturnValue:
    return _page(key, language_code)


@blueprint.post("/languages/<language_code>")
@requires(Permission.EDIT)
def change(key: str, language_code: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            template, row = _lock(session, key, language_code)
            refuse_if_stale(form, _seen(row))
            body = TemplateLanguagePatch.model_validate(
                {
                    "description": form.get("description") or None,
                    "language_code": form.get("language_code") or row.language_code,
                }
            )
            apply_changes(row, {"description": body.description})
            rename_template_language(session, template, row, body.language_code)
    except (RefusedError, ConflictError) as error:
        return _page(key, language_code, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect(_address(key, body.language_code), 303)


@blueprint.post("/languages/<language_code>/default")
@requires(Permission.EDIT)
def make_default(key: str, language_code: str) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            template, row = _lock(session, key, language_code)
            changes = TemplateChanges(language_code_default=row.language_code)
            change_template(session, template, changes)
    except RefusedError as error:
        return _page(key, language_code, refusal=refusal_of(error)), 422
    flash(f"{row.language_code} is the default language.")
    return redirect(_address(key, language_code), 303)


@blueprint.post("/languages/<language_code>/delete")
@requires(Permission.EDIT)
def delete(key: str, language_code: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        template, row = _lock(session, key, language_code)
        delete_template_language(session, template, row.language_code)
    flash(f"Language {language_code.upper()} is deleted.")
    return redirect(_address(key), 303)


@blueprint.post("/languages/<language_code>/attachment/copy")
@requires(Permission.EDIT)
def copy(key: str, language_code: str) -> ResponseReturnValue:
    template_code, _, language = typed().get("from", "").partition("/")
    here = key.upper(), language_code.upper()
    try:
        with transaction(engine()) as session:
            copy_attachment(session, here, (template_code, language), "from")
    except RefusedError as error:
        return _page(key, language_code, refusal=refusal_of(error)), 422
    flash("The attachment is copied.")
    return redirect(_address(key, language_code), 303)


def _lock(
    session: Session, key: str, language_code: str
) -> tuple[InteractionTemplate, InteractionTemplateLanguage]:
    template = lock_record(session, InteractionTemplate, key.upper(), NOUN)
    return template, lock_template_language(
        session, template.code, language_code.upper()
    )


def _address(key: str, language_code: str = "") -> str:
    template = f"/setup/interaction-templates/{quote(key, safe='')}"
    if not language_code:
        return template
    return f"{template}/languages/{quote(language_code, safe='')}"


def _page(
    key: str,
    language_code: str,
    form: dict[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
) -> str:
    with transaction(engine()) as session:
        template = found_record(session, InteractionTemplate, key.upper(), NOUN)
        row = template_language(session, template.code, language_code.upper())
        file = attachment_facts(session, row.attachment_id)
        languages = choices.including(choices.languages(session), row.language_code)
        others = _others_with_attachment(session, row)
    return render_template(
        "records/template_language.html",
        template=template,
        row=row,
        file=file,
        languages=languages,
        others=others,
        offered=offered_files(),
        version=version_of_values(_seen(row)),
        values=form or _seen(row),
        refusal=refusal,
    )


def _seen(row: InteractionTemplateLanguage) -> dict[str, str]:
    return {"language_code": row.language_code, "description": row.description}


def _others_with_attachment(
    session: Session, row: InteractionTemplateLanguage
) -> choices.Choices:
    """Where an attachment can be copied from: template/language and how it reads."""
    other = InteractionTemplateLanguage
    found = session.execute(
        select(
            other.interaction_template_code, other.language_code, Attachment.file_name
        )
        .join(Attachment, Attachment.id == other.attachment_id)
        .where(other.attachment_id != (row.attachment_id or 0))
        .order_by(other.interaction_template_code, other.language_code)
    )
    return [
        (f"{template}/{language}", f"{template} · {language} · {name}")
        for template, language, name in found
    ]


serve_attachment(
    blueprint,
    PageWithAttachment(
        "/languages/<language_code>",
        find=lambda session, key, language_code: template_language(
            session, key.upper(), language_code.upper()
        ),
        lock=lambda session, key, language_code: _lock(session, key, language_code)[1],
        owner=lambda key, language_code: (
            f"Language {language_code.upper()} of template {key.upper()}"
        ),
        page=_page,
        back=_address,
        give=give_attachment,
    ),
)
