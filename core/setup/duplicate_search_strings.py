"""In what companies agree that may be one and the same: the setup of CONT-058."""

from typing import TypedDict

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.records import add_record, apply_changes, lock_record
from core.setup.models import DuplicateSearchString
from core.vocabulary import SearchedField, SearchedPart

NOUN = "duplicate search string"


class SearchStringDraft(TypedDict, total=False):
    field: SearchedField
    part: SearchedPart
    length: int


class SearchStringChanges(TypedDict, total=False):
    length: int


def code_of(field: SearchedField, part: SearchedPart) -> str:
    return f"{field.name}-{part.name}"


def add_search_string(
    session: Session, actor: Actor, draft: SearchStringDraft
) -> DuplicateSearchString:
    """E-EXISTS where this part of the field is looked at already."""
    code = code_of(draft["field"], draft["part"])
    string = DuplicateSearchString(code=code, **draft)
    add_record(session, string, NOUN, "code")
    session.refresh(string)  # with the usual length, where none was given
    record_audit(session, actor, "duplicate_search_string.add", code, {**draft})
    return string


def change_search_string(
    session: Session,
    actor: Actor,
    string: DuplicateSearchString,
    changes: SearchStringChanges,
) -> None:
    """Lock the string before. Its field and part stay."""
    apply_changes(string, changes)
    record_audit(
        session, actor, "duplicate_search_string.change", string.code, {**changes}
    )


def delete_search_string(session: Session, actor: Actor, code: str) -> None:
    session.delete(lock_record(session, DuplicateSearchString, code, NOUN))
    record_audit(session, actor, "duplicate_search_string.delete", code)
