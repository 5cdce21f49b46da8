"""Points that answers give, on the page of the question that they answer together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.contacts.classification.models import (
    ProfileRating,
)
from core.contacts.classification.questionnaires import line_found
from core.contacts.classification.questions import answer_choices
from core.contacts.classification.ratings import (
    add_rating,
    change_rating,
    rated_question,
    rating_found,
    rating_rows,
)
from core.vocabulary import ClassField
from web import choices
from web.api.profile_ratings import RatingChanges, RatingDraft

Form = Mapping[str, Any]


def shown(session: Session, code: str, line_no: int | None) -> dict[str, Any]:
    """What the section of the page needs; nothing for other lines."""
    if line_no is None:
        return {}
    question = line_found(session, code, line_no)
    if question.class_field != ClassField.RATING:
        return {}
    rating = ProfileRating
    rows = session.execute(
        rating_rows(code, line_no).order_by(
            rating.answer_questionnaire_code, rating.answer_line_no
        )
    ).all()
    given = {_place(row[0]) for row in rows}
    return {
        "ratings": [(_place(row[0]), row) for row in rows],
        "possible": [one for one in _possible(session) if one[0] not in given],
    }


def add(session: Session, code: str, line_no: int, form: Form) -> str:
    draft = RatingDraft.model_validate({**_answer(form), **_given_points(form)})
    question = rated_question(session, code, line_no)
    add_rating(
        session,
        question,
        draft.answer_questionnaire_code,
        draft.answer_line_no,
        draft.points,
    )
    return "The answer gives points now."


def change(session: Session, code: str, line_no: int, form: Form) -> str:
    points = RatingChanges.model_validate(_given_points(form)).points
    change_rating(_rating(session, code, line_no, form), points)
    return "Saved."


def delete(session: Session, code: str, line_no: int, form: Form) -> str:
    session.delete(_rating(session, code, line_no, form))
    return "The answer gives no points any more."


def _rating(session: Session, code: str, line_no: int, form: Form) -> ProfileRating:
    draft = RatingDraft.model_validate(_answer(form))
    question = rated_question(session, code, line_no)
    return rating_found(
        session, question, draft.answer_questionnaire_code, draft.answer_line_no
    )


def _answer(form: Form) -> dict[str, str]:
    code, _, line_no = str(form.get("answer", "")).rpartition("/")
    return {"answer_questionnaire_code": code, "answer_line_no": line_no}


def _given_points(form: Form) -> dict[str, object]:
    return {"points": form.get("points") or None}


def _place(rating: ProfileRating) -> str:
    return f"{rating.answer_questionnaire_code}/{rating.answer_line_no}"


def _possible(session: Session) -> choices.Choices:
    """Every answer but those that points give themselves."""
    possible = answer_choices(session, set(ClassField) - {ClassField.RATING})
    return [
        (
            f"{one.questionnaire_code}/{one.line_no}",
            f"{one.questionnaire_code}: {one.question} {one.answer}",
        )
        for one in possible
    ]
