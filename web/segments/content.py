"""The content of a segment: subject and attachment in each language."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.queries import attachment_facts, attachments_facts
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.segments.change_segment import change_segment
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.languages import (
    add_language,
    change_language,
    delete_language,
    segment_language,
    segment_languages,
)
from core.segments.models import SegmentLanguage
from web import choices
from web.api.segment_languages import SegmentLanguageDraft, SegmentLanguagePatch
from web.attachment_pages import PageWithAttachment, serve_attachment
from web.attachments import offered_files
from web.context import engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.segments.head import head_of

blueprint = Blueprint("content", __name__, url_prefix="/<no>/content")


@blueprint.get("")
@requires(Permission.READ)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.post("")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            segment = open_for_editing(session, no.upper())
            given = {name: value for name, value in form.items() if value}
            draft = SegmentLanguageDraft.model_validate(given).given()
            code = draft.pop("language_code")
            add_language(session, segment, code, draft)
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    flash(f"Language {code} is added.")
    return _to_language(no, code)


@blueprint.get("/<language_code>")
@requires(Permission.READ)
def language(no: str, language_code: str) -> ResponseReturnValue:
    return _language_page(no, language_code)


@blueprint.post("/<language_code>")
@requires(Permission.EDIT)
def change(no: str, language_code: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            segment = open_for_editing(session, no.upper())
            row = segment_language(session, segment, language_code.upper())
            changes = SegmentLanguagePatch.model_validate(
                {name: form.get(name) or None for name in ("subject", "description")}
            ).given()
            change_language(
                session,
                segment,
                row,
                changes,
                update_subjects="update_subjects" in form,
            )
    except (RefusedError, ConflictError) as error:
        return _language_page(no, language_code, form, refusal_of(error)), status_of(
            error
        )
    flash("Saved.")
    return _to_language(no, language_code)


@blueprint.post("/<language_code>/default")
@requires(Permission.EDIT)
def make_default(no: str, language_code: str) -> ResponseReturnValue:
    code = language_code.upper()
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        segment_language(session, segment, code)
        change_segment(session, segment, {"language_code_default": code})
    flash(f"{code} is the default language.")
    return redirect(url_for("segments.content.show", no=no), 303)


@blueprint.post("/<language_code>/delete")
@requires(Permission.EDIT)
def delete(no: str, language_code: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        delete_language(session, segment, language_code.upper())
    flash(f"The content in {language_code.upper()} is deleted.")
    return redirect(url_for("segments.content.show", no=no), 303)


def _to_language(no: str, language_code: str) -> ResponseReturnValue:
    return redirect(_address(no, language_code), 303)


def _address(no: str, language_code: str) -> str:
    return url_for("segments.content.language", no=no, language_code=language_code)


def _page(
    no: str, form: dict[str, str] | None = None, refusal: Refusal = NO_REFUSAL
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        rows = segment_languages(session, head.segment)
        files = attachments_facts(session, (row.attachment_id for row in rows))
        taken = {row.language_code for row in rows}
        offered = [each for each in choices.languages(session) if each[0] not in taken]
    return render_template(
        "segments/content.html",
        tab="content",
        head=head,
        rows=rows,
        files=files,
        languages=offered,
        values=form or {"subject": head.segment.subject_default if not rows else ""},
        refusal=refusal,
    )


def _language_page(
    no: str,
    language_code: str,
    form: dict[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        row = segment_language(session, head.segment, language_code.upper())
        file = attachment_facts(session, row.attachment_id)
    shown = {"subject": row.subject, "description": row.description}
    return render_template(
        "segments/language.html",
        tab="content",
        head=head,
        row=row,
        file=file,
        offered=offered_files(),
        values=form or shown | {"update_subjects": "yes"},
        refusal=refusal,
    )


def _found(session: Session, no: str, language_code: str) -> SegmentLanguage:
    segment = segment_by_no(session, no.upper())
    return segment_language(session, segment, language_code.upper())


def _lock(session: Session, no: str, language_code: str) -> SegmentLanguage:
    segment = open_for_editing(session, no.upper())
    return segment_language(session, segment, language_code.upper())


serve_attachment(
    blueprint,
    PageWithAttachment(
        "/<language_code>",
        find=_found,
        lock=_lock,
        owner=lambda no, language_code: (
            f"Language {language_code.upper()} of segment {no.upper()}"
        ),
        page=_language_page,
        back=_address,
    ),
)
