"""Profile questionnaires on pages: a list of codes, each with questions and answers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.classification.classify_contacts import request_classification
from core.contacts.classification.models import (
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.classification.questionnaires import (
    NOUN,
    add_line,
    change_line,
    change_questionnaire,
    create_questionnaire,
    delete_line,
    delete_questionnaire,
    line_found,
    lines_of,
    questionnaire_to_change,
)
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.vocabulary import ClassField, ProfileContactType, ProfileLineType
from web import choices, profile_ratings
from web.api.profile_questionnaires import (
    QuestionnaireChanges,
    QuestionnaireDraft,
    QuestionnaireLineChanges,
    QuestionnaireLineDraft,
    QuestionnaireLineShown,
    QuestionnaireShown,
)
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.records import Column, Form, Input, Records, pages_for, values_of
from web.stale import refuse_if_stale, version_of_values

ADDRESS = "/setup/profile-questionnaires"


def _create(session: Session, _: Actor, draft: Any) -> ProfileQuestionnaire:  # noqa: ANN401
    return create_questionnaire(session, draft)


def _change(
    session: Session,
    __: Actor,
    questionnaire: ProfileQuestionnaire,
    changes: Any,  # noqa: ANN401
) -> None:
    change_questionnaire(session, questionnaire, changes)


def _details(session: Session, found: ProfileQuestionnaire) -> dict[str, object]:
    lines = lines_of(session, found.code)
    return {
        "lines": lines,
        "kinds": ProfileLineType,
        "fields": {int(field): field.name.lower() for field in ClassField},
        "is_automatic": any(line.class_field for line in lines),
    }


blueprint = Blueprint("profile_questionnaires", __name__)
blueprint.register_blueprint(
    pages_for(
        Records(
            title="Profile questionnaires",
            noun=NOUN,
            about="Questions about contacts, and the answers to choose from.",
            address=ADDRESS,
            model=ProfileQuestionnaire,
            shown=QuestionnaireShown,
            draft=QuestionnaireDraft,
            changes=QuestionnaireChanges,
            columns=(
                Column("code", "Code", "code"),
                Column("description", "Description"),
                Column("contact_type", "About", "word"),
            ),
            inputs=(
                Input("code", "Code", longest=20, required=True, only_new=True),
                Input("description", "Description", longest=100),
                Input(
                    "contact_type",
                    "About",
                    "choice",
                    hint="Whom it is about; none: everybody.",
                    options=lambda _: choices.words(ProfileContactType),
                ),
                Input(
                    "business_relation_code",
                    "Business relation",
                    "choice",
                    hint="Only those who are this to us, or whose company is.",
                    options=choices.business_relations,
                ),
            ),
            create=_create,
            change=_change,
            lock=lambda session, _, code, __: questionnaire_to_change(session, code),
            delete=lambda session, _, code: delete_questionnaire(session, code),
            more="records/questionnaire_lines.html",
            details=_details,
        )
    )
)

LINE_INPUTS = (
    Input("description", "Question or answer", longest=100, required=True),
    Input(
        "type",
        "This is",
        "choice",
        options=lambda _: choices.words(ProfileLineType),
        hint="An answer belongs to the nearest question above it.",
        required=True,
    ),
    Input(
        "multiple_answers",
        "Takes several answers",
        "check",
        hint="For questions: a contact may give more than one answer.",
    ),
    Input(
        "class_field",
        "Answered by",
        "choice",
        options=lambda _: choices.words(ClassField),
        hint="For questions: interactions, or the points of other answers (rating). "
        "None: a person does.",
    ),
    Input("starting_date", "Interactions from", "date"),
    Input("ending_date", "Interactions to", "date", hint="Blank: until today."),
    Input("from_value", "From value", "number", hint="For answers to such questions."),
    Input("to_value", "To value", "number"),
)


@blueprint.post(f"{ADDRESS}/<key>/classify")
@requires(Permission.EDIT)
def classify(key: str) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            job = request_classification(session, current_actor(), key.upper())
    except ConflictError as error:
        flash(error.detail, "warn")
        running = error.links.get("job")
        return redirect(f"/jobs/{running}" if running else f"{ADDRESS}/{key}", 303)
    nudge().ring(job.public_id)
    return redirect(f"/jobs/{job.public_id}", 303)


@blueprint.get(f"{ADDRESS}/<key>/lines/new")
@requires(Permission.EDIT)
def new_line(key: str) -> ResponseReturnValue:
    return _line_page(key, None, {"type": "question"}, NO_REFUSAL)


@blueprint.post(f"{ADDRESS}/<key>/lines/new")
@requires(Permission.EDIT)
def create_line(key: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            values = values_of(LINE_INPUTS, form)
            draft = QuestionnaireLineDraft.model_validate(values).given()
            add_line(session, key.upper(), draft)
    except (RefusedError, ConflictError) as error:
        return _line_page(key, None, form, refusal_of(error)), status_of(error)
    flash("Line added.")
    return redirect(f"{ADDRESS}/{key}", 303)


@blueprint.get(f"{ADDRESS}/<key>/lines/<int:line_no>")
@requires(Permission.EDIT)
def edit_line(key: str, line_no: int) -> ResponseReturnValue:
    return _line_page(key, line_no, _line_as_form(key, line_no), NO_REFUSAL)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>")
@requires(Permission.EDIT)
def save_line(key: str, line_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            values = values_of(LINE_INPUTS, form)
            changes = QuestionnaireLineChanges.model_validate(values).given()
            questionnaire_to_change(session, key.upper())
            line = line_found(session, key.upper(), line_no)
            refuse_if_stale(form, _seen(line))
            change_line(session, line, changes)
    except (RefusedError, ConflictError) as error:
        return _line_page(key, line_no, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect(f"{ADDRESS}/{key}", 303)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>/delete")
@requires(Permission.EDIT)
def remove_line(key: str, line_no: int) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            questionnaire_to_change(session, key.upper())
            delete_line(session, line_found(session, key.upper(), line_no))
    except ConflictError as error:
        form = _line_as_form(key, line_no)
        return _line_page(key, line_no, form, refusal_of(error)), 409
    flash("Line deleted.")
    return redirect(f"{ADDRESS}/{key}", 303)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>/ratings")
@requires(Permission.EDIT)
def add_points(key: str, line_no: int) -> ResponseReturnValue:
    return _points(key, line_no, profile_ratings.add)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>/ratings/change")
@requires(Permission.EDIT)
def change_points(key: str, line_no: int) -> ResponseReturnValue:
    return _points(key, line_no, profile_ratings.change)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>/ratings/delete")
@requires(Permission.EDIT)
def delete_points(key: str, line_no: int) -> ResponseReturnValue:
    return _points(key, line_no, profile_ratings.delete)


def _points(
    key: str, line_no: int, deed: Callable[[Session, str, int, Form], str]
) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            words = deed(session, key.upper(), line_no, form)
    except (RefusedError, ConflictError) as error:
        shown = _line_as_form(key, line_no) | form
        return _line_page(key, line_no, shown, refusal_of(error)), status_of(error)
    flash(words)
    return redirect(f"{ADDRESS}/{key}/lines/{line_no}", 303)


def _line_as_form(key: str, line_no: int) -> dict[str, Any]:
    with transaction(engine()) as session:
        return _seen(line_found(session, key.upper(), line_no))


def _seen(line: ProfileQuestionnaireLine) -> dict[str, Any]:
    return QuestionnaireLineShown.of(line).model_dump(mode="json")


def _line_page(key: str, line_no: int | None, form: Form, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        points = profile_ratings.shown(session, key.upper(), line_no)
    version = version_of_values(_line_as_form(key, line_no)) if line_no else ""
    return render_template(
        "records/questionnaire_line.html",
        **points,
        address=ADDRESS,
        key=key,
        line_no=line_no,
        version=version,
        form=form,
        refusal=refusal,
        items=LINE_INPUTS,
        options={
            "type": choices.words(ProfileLineType),
            "class_field": choices.words(ClassField),
        },
    )
