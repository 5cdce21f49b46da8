"""The content of a segment: one row for each language (LANG-001).

Lines find their row when they are read: that of their contact's language, else the
default one (LINE-030). So whatever happens to a row, the lines that inherit follow by
themselves; only what lines have pinned is touched here.
"""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.errors import FaultList, NotFoundError
from core.records import add_record
from core.references import LANGUAGE, find_unknown_codes
from core.segments.default_language import named_after
from core.segments.models import Segment, SegmentLanguage, SegmentLine
from core.segments.pin import drop_own, follows_template, pin

_TARGETS = {"language_code": LANGUAGE}


class ContentChanges(TypedDict, total=False):
    description: str
    subject: str


def segment_languages(session: Session, segment: Segment) -> Sequence[SegmentLanguage]:
    row = SegmentLanguage
    return session.scalars(
        select(row).where(row.segment_id == segment.id).order_by(row.language_code)
    ).all()


def find_language(
    session: Session, segment: Segment, language_code: str
) -> SegmentLanguage | None:
    return session.get(SegmentLanguage, (segment.id, language_code))


def segment_language(
    session: Session, segment: Segment, language_code: str
) -> SegmentLanguage:
    row = find_language(session, segment, language_code)
    if row is None:
        raise NotFoundError(
            "E-NOT-FOUND", f"Segment {segment.no} has no language {language_code}."
        )
    return row


def add_language(
    session: Session,
    segment: Segment,
    language_code: str,
    draft: ContentChanges,
) -> SegmentLanguage:
    """Content in one more language; lines whose contacts speak it take it at once.

    Where the segment has no default language yet, its first row becomes that, so that
    every line takes it (LANG-021). Raises RefusedError E-UNKNOWN-CODE, ConflictError
    E-EXISTS.
    """
    faults = FaultList()
    find_unknown_codes(session, faults, {"language_code": language_code}, _TARGETS)
    faults.refuse_if_any()
    becomes_default = not (
        segment.language_code_default or segment_languages(session, segment)
    )
    subject = segment.subject_default if becomes_default else ""
    row = SegmentLanguage(
        segment_id=segment.id,
        language_code=language_code,
        description=draft.get("description", named_after(segment, language_code)),
        subject=draft.get("subject", subject),
    )
    add_record(session, row, f"language of segment {segment.no}", "language_code")
    if becomes_default:
        segment.language_code_default = language_code
        segment.subject_default = row.subject
    return row


def change_language(
    session: Session,
    segment: Segment,
    row: SegmentLanguage,
    changes: ContentChanges,
    *,
    update_subjects: bool = True,
) -> None:
    """Lines that show the old subject show the new one, unless `update_subjects` is
    answered with no (LANG-032); personalised subjects survive either way."""
    row.description = changes.get("description", row.description)
    subject = changes.get("subject", row.subject)
    if subject == row.subject:
        return
    follows = follows_template(segment)
    in_it = {"language_code": row.language_code}
    if update_subjects:
        has_old = and_(follows, SegmentLine.subject == row.subject)
        drop_own(session, segment, "subject", has_old, showing=in_it)
    else:
        pin(session, segment, ("subject",), follows, showing=in_it)
    is_default = segment.language_code_default == row.language_code
    if is_default and segment.subject_default == row.subject:
        segment.subject_default = subject
    row.subject = subject
    session.flush()  # Reads of resolved lines follow in the same transaction.


def delete_language(session: Session, segment: Segment, language_code: str) -> None:
    """Its lines go over to their contact's language or the default; the default goes
    over to the first row that is left, or becomes blank (LANG-030)."""
    row = segment_language(session, segment, language_code)
    attachment_id = row.attachment_id
    session.delete(row)
    session.flush()  # What is left is asked next.
    if segment.language_code_default == language_code:
        left = segment_languages(session, segment)
        segment.language_code_default = left[0].language_code if left else ""
        segment.subject_default = left[0].subject if left else ""
    _let_go_of(session, segment, language_code, attachment_id)
    session.flush()  # Reads of resolved lines follow in the same transaction.
    if attachment_id is not None:
        discard_unreferenced(session, [attachment_id])


def _let_go_of(
    session: Session, segment: Segment, language_code: str, attachment_id: int | None
) -> None:
    """Lines that had pinned what is gone follow the segment again."""
    follows = follows_template(segment)
    in_language = SegmentLine.language_code == language_code
    drop_own(session, segment, "language_code", and_(follows, in_language))
    if attachment_id is not None:
        has_it = SegmentLine.attachment_id == attachment_id
        drop_own(session, segment, "attachment_id", and_(follows, has_it))
