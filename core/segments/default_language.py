"""The language of lines whose contact's own is not there (LANG-010)."""

from sqlalchemy.orm import Session

from core.errors import Fault, RefusedError
from core.segments.models import Segment, SegmentLanguage


def choose_default_language(
    session: Session, segment: Segment, code: str, *, create_language: bool
) -> None:
    """The header's subject becomes that of the language's content.

    Where there is no such content yet it is created, or, when `create_language` is
    answered with no, the choice refused with E-NO-LANGUAGE. Blank is no default.
    """
    row = session.get(SegmentLanguage, (segment.id, code)) if code else None
    if code and row is None:
        if not create_language:
            raise _no_language(segment, code)
        row = SegmentLanguage(
            segment_id=segment.id,
            language_code=code,
            description=named_after(segment, code),
            subject="",
        )
        session.add(row)
    segment.language_code_default = code
    if row is not None:
        segment.subject_default = row.subject
    session.flush()  # Reads of resolved lines follow in the same transaction.


def named_after(segment: Segment, language_code: str) -> str:
    """What content is called until somebody says otherwise."""
    return f"{segment.interaction_template_code} {language_code}".strip()


def _no_language(segment: Segment, code: str) -> RefusedError:
    detail = f"Segment {segment.no} has no content in language {code}."
    fault = Fault("E-NO-LANGUAGE", detail, "language_code_default")
    return RefusedError(fault.code, detail, faults=(fault,))
