"""Lists of codes with a description: one way to keep all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy.orm import Session

from core.base import Base
from core.records import add_record, lock_to_delete
from core.references import Use, refuse_if_used
from core.setup.models import Language, Salutation, Territory


@dataclass(frozen=True, slots=True)
class Master:
    noun: str
    plural: str
    model: type[Base]
    uses: Sequence[Use]
    "What keeps a code from being deleted."


class MasterChanges(TypedDict, total=False):
    code: str
    description: str


TERRITORIES = Master(
    "territory",
    "territories",
    Territory,
    (
        Use("contact", "territory_code", "contacts"),
        Use("marketing_setup", "default_territory_code", "defaults in Marketing Setup"),
    ),
)

LANGUAGES = Master(
    "language",
    "languages",
    Language,
    (
        Use("contact", "language_code", "contacts"),
        Use("interaction_template_language", "language_code", "interaction templates"),
        Use("segment_language", "language_code", "open segments"),
        Use("salutation_formula", "language_code", "salutations"),
        Use("marketing_setup", "default_language_code", "defaults in Marketing Setup"),
    ),
)

SALUTATIONS = Master(
    "salutation",
    "salutations",
    Salutation,
    (
        Use("contact", "salutation_code", "contacts"),
        Use(
            "marketing_setup",
            "default_company_salutation_code",
            "defaults in Marketing Setup",
        ),
        Use(
            "marketing_setup",
            "default_person_salutation_code",
            "defaults in Marketing Setup",
        ),
    ),
)


def add_code(session: Session, master: Master, draft: MasterChanges) -> Base:
    row = master.model(**draft)
    add_record(session, row, master.noun, "code")
    return row


def delete_code(session: Session, master: Master, code: str) -> None:
    row = lock_to_delete(session, master.model, code, master.noun)
    refuse_if_used(session, master.noun.capitalize(), code, master.uses)
    session.delete(row)
