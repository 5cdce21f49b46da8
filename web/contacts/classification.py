"""What a contact is sorted by: a section of its page."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.classification import answers, links
from core.contacts.classification.business_relations import relate
from core.contacts.classification.links import Classification
from core.database import transaction
from core.errors import ConflictError, NotFoundError, RefusedError
from web.api.contact_classification import (
    BusinessRelationDraft,
    ClassificationDraft,
    ProfileAnswerDraft,
)
from web.contacts import card
from web.contacts.groups import LISTS
from web.context import current_actor, engine
from web.forms import refusal_of, status_of, typed, whole_number
from web.permissions import requires

blueprint = Blueprint("classification", __name__, url_prefix="/<no>/classification")


@blueprint.post("/answers")
@requires(Permission.EDIT)
def answer(no: str) -> ResponseReturnValue:
    def give(session: Session, actor: Actor) -> None:
        questionnaire, _, line_no = typed().get("answer", "").rpartition("/")
        draft = ProfileAnswerDraft.model_validate(
            {
                "questionnaire_code": questionnaire,
                "line_no": whole_number(line_no),
            }
        )
        answers.give_answer(session, actor, no, draft.questionnaire_code, draft.line_no)

    return _done(no, give, "The answer is added.")


@blueprint.post("/answers/<questionnaire_code>/<int:line_no>/delete")
@requires(Permission.EDIT)
def withdraw(no: str, questionnaire_code: str, line_no: int) -> ResponseReturnValue:
    return _done(
        no,
        lambda session, actor: answers.withdraw_answer(
            session, actor, no, questionnaire_code, line_no
        ),
        "The answer is removed.",
    )


@blueprint.post("/<address>")
@requires(Permission.EDIT)
def add(no: str, address: str) -> ResponseReturnValue:
    classification = _listed(address)

    def put(session: Session, actor: Actor) -> None:
        form = typed()
        if classification is not links.BUSINESS_RELATIONS:
            code = ClassificationDraft.model_validate({"code": form.get("code")}).code
            links.add_link(session, actor, classification, no, code)
            return
        names = ("code", "link_to_table", "no")
        draft = BusinessRelationDraft.model_validate(
            {name: form.get(name) or None for name in names}
        )
        relate(
            session,
            actor,
            no,
            draft.code,
            link_to_table=draft.link_to_table,
            no=draft.no,
        )

    return _done(no, put, f"The {classification.master.noun} is added.")


@blueprint.post("/<address>/<code>/delete")
@requires(Permission.EDIT)
def remove(no: str, address: str, code: str) -> ResponseReturnValue:
    classification = _listed(address)
    return _done(
        no,
        lambda session, actor: links.remove_link(
            session, actor, classification, no, code
        ),
        f"The {classification.master.noun} is removed.",
    )


def _done(
    no: str, deed: Callable[[Session, Actor], None], words: str
) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            deed(session, current_actor())
    except (RefusedError, ConflictError) as error:
        again = {"sorting": request.path.rpartition("/")[2], "sort_form": typed()}
        return card.page(no, refusal=refusal_of(error), **again), status_of(error)
    flash(words)
    return redirect(url_for("contacts.card.show", no=no, _anchor="classification"), 303)


def _listed(address: str) -> Classification:
    if address not in LISTS:
        raise NotFoundError("E-NOT-FOUND", "There is no such list of codes.")
    return LISTS[address][0]
