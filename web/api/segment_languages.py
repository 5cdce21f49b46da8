from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.languages import (
    add_language,
    change_language,
    delete_language,
    segment_language,
)
from core.segments.models import SegmentLanguage
from web.api import framework
from web.api.attachments import (
    AttachmentShown,
    Held,
    Operation,
    RecordWithAttachment,
    held_by,
    serve_attachment,
    shown_attachment,
)
from web.api.framework.fields import Flag, Key10, OptionalCount, Text100
from web.api.framework.models import AddressKey
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment languages", "The content of a segment, one row for each language."
)

ADDRESS = "/segments/<no>/languages/<language_code>"


class SegmentLanguagePath(framework.Path):
    no: AddressKey
    language_code: AddressKey


class SegmentLanguageChanges(framework.Body):
    description: Text100 = ""
    subject: Text100 = ""


class SegmentLanguagePatch(SegmentLanguageChanges):
    """`update_subjects`: lines that show the old subject show the new one."""

    update_subjects: Flag = True


class SegmentLanguageDraft(SegmentLanguageChanges):
    language_code: Key10


class SegmentLanguageRow(framework.Shown):
    language_code: Key10
    description: Text100
    subject: Text100
    attachment_no: OptionalCount

    @classmethod
    def of_row(cls, row: SegmentLanguage) -> "SegmentLanguageRow":
        return cls.of(row, attachment_no=row.attachment_id)


class SegmentLanguageShown(SegmentLanguageRow):
    attachment: AttachmentShown | None


@blueprint.get(
    "/segments/<no>/languages",
    responses=framework.lists_of_record(framework.Page[SegmentLanguageRow]),
)
@requires(Permission.READ)
def list_languages(path: framework.NoPath, query: framework.ListQuery) -> Response:
    """List the languages in which a segment has content."""
    row = SegmentLanguage
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        return framework.page(
            session,
            select(row).where(row.segment_id == segment.id),
            query,
            key=row.language_code,
            show=SegmentLanguageRow.of_row,
        )


@blueprint.post(
    "/segments/<no>/languages", responses=framework.creates(SegmentLanguageShown)
)
@requires(Permission.EDIT)
def post_language(path: framework.NoPath, body: SegmentLanguageDraft) -> Response:
    """Add content in a language. The first one of a segment becomes its default."""
    draft = body.given()
    code = draft.pop("language_code")

    def create(session: Session, _: Actor) -> Response:
        segment = open_for_editing(session, path.no)
        row = add_language(session, segment, code, draft)
        return framework.created(
            _shown(session, row), "segments", path.no, "languages", code
        )

    return framework.answer_once(create)


@blueprint.get(ADDRESS, responses=framework.shows(SegmentLanguageShown))
@requires(Permission.READ)
def show_language(path: SegmentLanguagePath) -> Response:
    """Show the content in one language."""
    with transaction(engine()) as session:
        return framework.answer(_shown(session, _found(session, path)))


@blueprint.patch(ADDRESS, responses=framework.changes(SegmentLanguageShown))
@requires(Permission.EDIT)
def patch_language(path: SegmentLanguagePath, body: SegmentLanguagePatch) -> Response:
    """Change description or subject of the content in one language."""
    changes = body.given()
    update_subjects = changes.pop("update_subjects", True)
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        row = segment_language(session, segment, path.language_code)
        framework.require_match(_shown(session, row))
        change_language(session, segment, row, changes, update_subjects=update_subjects)
        return framework.answer(_shown(session, row))


@blueprint.delete(ADDRESS, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_language(path: SegmentLanguagePath) -> Response:
    """Delete the content in one language; its lines take the default language's."""
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        row = segment_language(session, segment, path.language_code)
        framework.require_match(_shown(session, row))
        delete_language(session, segment, path.language_code)
        return framework.no_content()


def _found(session: Session, path: SegmentLanguagePath) -> SegmentLanguage:
    segment = segment_by_no(session, path.no)
    return segment_language(session, segment, path.language_code)


def _shown(session: Session, row: SegmentLanguage) -> SegmentLanguageShown:
    return SegmentLanguageShown.of(
        row,
        attachment_no=row.attachment_id,
        attachment=shown_attachment(session, row.attachment_id),
    )


def _held(session: Session, path: SegmentLanguagePath) -> Held:
    segment = open_for_editing(session, path.no)
    return held_by(session, segment_language(session, segment, path.language_code))


serve_attachment(
    blueprint,
    RecordWithAttachment(
        ADDRESS,
        SegmentLanguagePath,
        find=lambda session, path: _found(session, path).attachment_id,
        lock=_held,
        owner=lambda path: f"Language {path.language_code} of segment {path.no}",
        download=Operation(
            "download", "Download the attachment of the content in one language."
        ),
        upload=Operation(
            "upload", "Attach a file; one that is there already is replaced."
        ),
        remove=Operation(
            "remove_attachment",
            "Remove the attachment. Entries that were logged with it keep theirs.",
        ),
    ),
)
