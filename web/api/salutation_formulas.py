from typing import Annotated

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import queries
from core.contacts.greetings import greetings_of
from core.database import transaction
from core.records import found_record
from core.setup.models import Salutation, SalutationFormula
from core.setup.salutation_formulas import (
    FORMULA_KEY,
    add_formula,
    change_formula,
    delete_formula,
    formula_found,
    locked_formula,
)
from core.vocabulary import NamePart
from web.api import framework
from web.api.framework import fields, kinds
from web.api.framework.fields import Code10, Text50
from web.api.framework.models import AddressKey, AddressName
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "salutation formulas", "How contacts are greeted, formally or not, in any language."
)


# A formula has room for 25 places, and the longest part is a company's name.
Greeting = Annotated[str, kinds.text(2500)]


class FormulaChanges(framework.Body):
    """`text` has the places %1 to %5; `name_1` to `name_5` say what stands there."""

    text: Text50 = ""
    name_1: fields.NamePart = NamePart.BLANK
    name_2: fields.NamePart = NamePart.BLANK
    name_3: fields.NamePart = NamePart.BLANK
    name_4: fields.NamePart = NamePart.BLANK
    name_5: fields.NamePart = NamePart.BLANK


class FormulaDraft(FormulaChanges):
    type: fields.SalutationType
    language_code: Code10 = ""
    "Without one the formula serves every language that has none of its own."


class FormulaShown(framework.Shown):
    """`key` is the type, with the language if there is one: formal, formal-DAN."""

    key: Text50
    salutation_code: Code10
    type: fields.SalutationType
    language_code: Code10
    text: Text50
    name_1: fields.NamePart
    name_2: fields.NamePart
    name_3: fields.NamePart
    name_4: fields.NamePart
    name_5: fields.NamePart


@framework.filters_on(
    FormulaShown,
    type=SalutationFormula.type,
    language_code=SalutationFormula.language_code,
)
class FormulaQuery(framework.ListQuery):
    pass


class FormulaPath(framework.Path):
    code: AddressKey
    key: AddressName


class GreetingsShown(framework.Shown):
    """Null where no formula fits."""

    formal: Greeting
    informal: Greeting


FORMULAS = "/salutations/<code>/formulas"
FORMULA = f"{FORMULAS}/<key>"


@blueprint.get(
    FORMULAS, responses=framework.lists_of_record(framework.Page[FormulaShown])
)
@requires(Permission.READ)
def list_formulas(path: framework.CodePath, query: FormulaQuery) -> Response:
    """List the formulas of a salutation."""
    with transaction(engine()) as session:
        found_record(session, Salutation, path.code, "salutation")
        return framework.page(
            session,
            select(SalutationFormula).where(
                SalutationFormula.salutation_code == path.code
            ),
            query,
            key=FORMULA_KEY,
            show=FormulaShown.of,
        )


@blueprint.post(FORMULAS, responses=framework.creates(FormulaShown))
@requires(Permission.EDIT)
def post_formula(path: framework.CodePath, body: FormulaDraft) -> Response:
    """Add a formula. There is one for each type in each language."""
    draft = body.given()
    kind = draft.pop("type")
    language_code = draft.pop("language_code", "")

    def add(session: Session, actor: Actor) -> Response:
        formula = add_formula(session, actor, path.code, kind, language_code, draft)
        way = ("salutations", path.code, "formulas", formula.key)
        return framework.created(FormulaShown.of(formula), *way)

    return framework.answer_once(add)


@blueprint.get(FORMULA, responses=framework.shows(FormulaShown))
@requires(Permission.READ)
def show_formula(path: FormulaPath) -> Response:
    """Show a formula."""
    with transaction(engine()) as session:
        formula = formula_found(session, path.code, path.key)
        return framework.answer(FormulaShown.of(formula))


@blueprint.patch(FORMULA, responses=framework.changes(FormulaShown))
@requires(Permission.EDIT)
def patch_formula(path: FormulaPath, body: FormulaChanges) -> Response:
    """Change a formula; its type and language stay."""
    with transaction(engine()) as session:
        formula = locked_formula(session, path.code, path.key)
        framework.require_match(FormulaShown.of(formula))
        change_formula(session, current_actor(), formula, body.given())
        return framework.answer(FormulaShown.of(formula))


@blueprint.delete(FORMULA, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_formula(path: FormulaPath) -> Response:
    """Delete a formula."""
    with transaction(engine()) as session:
        formula = locked_formula(session, path.code, path.key)
        framework.require_match(FormulaShown.of(formula))
        delete_formula(session, current_actor(), formula)
        return framework.no_content()


@blueprint.get("/contacts/<no>/greetings", responses=framework.shows(GreetingsShown))
@requires(Permission.READ_CONTACTS)
def show_greetings(path: framework.NoPath) -> Response:
    """How a letter to the contact begins: by the formulas of its salutation in its
    language, else by those without a language."""
    with transaction(engine()) as session:
        found = greetings_of(session, queries.contact_found(session, path.no))
        return framework.answer(GreetingsShown.of(found))
