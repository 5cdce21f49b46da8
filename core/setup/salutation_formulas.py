"""The greetings of a salutation: formal and informal, in any language (CONT-059)."""

from typing import TypedDict

from sqlalchemy import Text, case, func, literal
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import FaultList, NotFoundError
from core.records import add_record, apply_changes, lock_record
from core.references import LANGUAGE, find_unknown_codes
from core.setup.models import Salutation, SalutationFormula
from core.vocabulary import SalutationType

TYPES = {kind.name.lower(): kind for kind in SalutationType}

FORMULA_KEY = func.concat(
    case(
        (SalutationFormula.type == SalutationType.FORMAL, literal("formal")),
        else_=literal("informal"),
    ),
    case(
        (SalutationFormula.language_code == "", literal("")),
        else_="-" + SalutationFormula.language_code,
    ),
    type_=Text,
)
"""SalutationFormula.key, as the database writes it."""


class FormulaChanges(TypedDict, total=False):
    text: str
    name_1: int
    name_2: int
    name_3: int
    name_4: int
    name_5: int


def formula_found(session: Session, code: str, key: str) -> SalutationFormula:
    kind, _, language = key.partition("-")
    found = None
    if kind.lower() in TYPES and not key.endswith("-"):
        identity = (code, language.upper(), int(TYPES[kind.lower()]))
        found = session.get(SalutationFormula, identity, populate_existing=True)
    if found is None:
        detail = f"Salutation {code} has no formula {key}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return found


def locked_formula(session: Session, code: str, key: str) -> SalutationFormula:
    """The formula, its salutation held until the transaction ends."""
    lock_record(session, Salutation, code, "salutation")
    return formula_found(session, code, key)


def add_formula(
    session: Session,
    actor: Actor,
    code: str,
    kind: SalutationType,
    language_code: str,
    draft: FormulaChanges,
) -> SalutationFormula:
    """E-EXISTS where the salutation has one of this type in this language."""
    lock_record(session, Salutation, code, "salutation")
    faults = FaultList()
    chosen = {"language_code": language_code}
    find_unknown_codes(session, faults, chosen, {"language_code": LANGUAGE})
    faults.refuse_if_any()
    formula = SalutationFormula(
        salutation_code=code, type=int(kind), language_code=language_code
    )
    apply_changes(formula, draft)
    add_record(session, formula, f"formula of salutation {code}", "key")
    session.refresh(formula)
    _audit(session, actor, "add", formula, draft)
    return formula


def change_formula(
    session: Session, actor: Actor, formula: SalutationFormula, changes: FormulaChanges
) -> None:
    """Lock the salutation before."""
    apply_changes(formula, changes)
    _audit(session, actor, "change", formula, changes)


def delete_formula(session: Session, actor: Actor, formula: SalutationFormula) -> None:
    session.delete(formula)
    _audit(session, actor, "delete", formula, {})


def _audit(
    session: Session,
    actor: Actor,
    deed: str,
    formula: SalutationFormula,
    changes: FormulaChanges,
) -> None:
    detail = {"formula": formula.key, **changes}
    action = f"salutation_formula.{deed}"
    record_audit(session, actor, action, formula.salutation_code, detail)
