"""The greetings of a salutation, each on a page of its own below it."""

from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts.greetings import greeting
from core.database import transaction
from core.errors import ConflictError, RefusedError
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
from core.vocabulary import NamePart, SalutationType
from web import choices
from web.api.salutation_formulas import FormulaChanges, FormulaDraft, FormulaShown
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.records import Form, Input, filled, options_of, values_of
from web.stale import refuse_if_stale, version_of_values

ADDRESS = "/setup/salutations"
MAY_ALL_BE = "None: for every language without a formula of its own."

blueprint = Blueprint(
    "salutation_formulas", __name__, url_prefix=f"{ADDRESS}/<key>/formulas"
)

PLACES = tuple(
    Input(
        f"name_{place}",
        f"%{place} is",
        "choice",
        options=lambda _: choices.words(NamePart),
    )
    for place in range(1, 6)
)
INPUTS = (
    Input("language_code", "Language", "choice", hint=MAY_ALL_BE, only_new=True),
    Input("text", "Text", longest=50, hint="Such as: Dear %1 %2,"),
    *PLACES,
)
KEPT = tuple(item for item in INPUTS if not item.only_new)

EXAMPLE = {
    NamePart.BLANK: "",
    NamePart.JOB_TITLE: "Buyer",
    NamePart.FIRST_NAME: "Anna",
    NamePart.MIDDLE_NAME: "",
    NamePart.SURNAME: "Berg",
    NamePart.INITIALS: "A. B.",
    NamePart.COMPANY_NAME: "Cronus",
}
"""Without a middle name, so that one sees what becomes of the gap."""


class Line(NamedTuple):
    formula: SalutationFormula
    kind: str
    example: str


def details(session: Session, salutation: Salutation) -> dict[str, object]:
    """What the page of a salutation tells below its form."""
    formulas = session.scalars(
        select(SalutationFormula)
        .where(SalutationFormula.salutation_code == salutation.code)
        .order_by(FORMULA_KEY)
    )
    return {
        "formulas": [
            Line(
                formula,
                SalutationType(formula.type).name.lower(),
                greeting(formula, EXAMPLE),
            )
            for formula in formulas
        ]
    }


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(key: str) -> ResponseReturnValue:
    return _page(key, None, {}, NO_REFUSAL)


@blueprint.post("/new")
@requires(Permission.EDIT)
def add(key: str) -> ResponseReturnValue:
    form = typed()
    try:
        given = {**values_of(INPUTS, form), "type": form.get("type")}
        draft = FormulaDraft.model_validate(given).given()
        kind, language_code = draft.pop("type"), draft.pop("language_code")
        with transaction(engine()) as session:
            add_formula(
                session, current_actor(), key.upper(), kind, language_code, draft
            )
    except (RefusedError, ConflictError) as error:
        return _page(key, None, form, refusal_of(error)), status_of(error)
    flash("Formula added.")
    return _back(key)


@blueprint.get("/<formula_key>")
@requires(Permission.EDIT)
def show(key: str, formula_key: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        form = _seen(formula_found(session, key.upper(), formula_key))
    return _page(key, formula_key, form, NO_REFUSAL)


@blueprint.post("/<formula_key>")
@requires(Permission.EDIT)
def save(key: str, formula_key: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            formula = locked_formula(session, key.upper(), formula_key)
            refuse_if_stale(form, _seen(formula))
            changes = FormulaChanges.model_validate(values_of(KEPT, form)).given()
            change_formula(session, current_actor(), formula, changes)
    except (RefusedError, ConflictError) as error:
        return _page(key, formula_key, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return _back(key)


@blueprint.post("/<formula_key>/delete")
@requires(Permission.EDIT)
def delete(key: str, formula_key: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        formula = locked_formula(session, key.upper(), formula_key)
        delete_formula(session, current_actor(), formula)
    flash("Formula deleted.")
    return _back(key)


def _back(key: str) -> ResponseReturnValue:
    return redirect(f"{ADDRESS}/{quote(key.upper(), safe='')}", 303)


def _seen(formula: SalutationFormula) -> Form:
    return filled(KEPT, FormulaShown.of(formula).model_dump(mode="json"))


def _page(key: str, formula_key: str | None, form: Form, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        version = ""
        if formula_key:
            formula = formula_found(session, key.upper(), formula_key)
            version = version_of_values(_seen(formula))
        salutation = found_record(session, Salutation, key.upper(), "salutation")
        options = options_of(session, PLACES, form)
        options["language_code"] = choices.languages(session)
    options["type"] = choices.words(SalutationType)
    return render_template(
        "records/salutation_formula.html",
        address=f"{ADDRESS}/{quote(salutation.code, safe='')}",
        salutation=salutation,
        formula_key=formula_key,
        version=version,
        form=form,
        refusal=refusal,
        items=INPUTS,
        options=options,
    )
