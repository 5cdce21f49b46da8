"""Points that answers give to a question which they answer together (CONT-057)."""

from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from core.contacts.classification.models import (
    ProfileQuestionnaireLine,
    ProfileRating,
)
from core.contacts.classification.questionnaires import (
    line_found,
    questionnaire_to_change,
)
from core.contacts.classification.questions import question_above, question_of
from core.errors import Fault, NotFoundError, RefusedError
from core.records import add_record
from core.vocabulary import ClassField, ProfileLineType

Line = ProfileQuestionnaireLine


def rating_rows(code: str, line_no: int) -> Select[Any]:
    """What gives points to the question, each with the answer's words and those of its
    own question. Page it by the two columns that name the answer."""
    question = question_above(Line.questionnaire_code, Line.line_no)
    rating = ProfileRating
    return (
        select(
            rating,
            question.c.description.label("question"),
            Line.description.label("answer"),
        )
        .join(
            Line,
            (Line.questionnaire_code == rating.answer_questionnaire_code)
            & (Line.line_no == rating.answer_line_no),
        )
        .outerjoin(question, true())
        .where(rating.questionnaire_code == code, rating.line_no == line_no)
    )


def rating_found(
    session: Session, question: Line, answer_code: str, answer_line_no: int
) -> ProfileRating:
    key = (question.questionnaire_code, question.line_no, answer_code, answer_line_no)
    rating = session.get(ProfileRating, key, populate_existing=True)
    if rating is None:
        raise NotFoundError(
            "E-NOT-FOUND",
            f"Line {answer_line_no} of profile questionnaire {answer_code} gives no "
            f"points to \u201c{question.description}\u201d.",
        )
    return rating


def rated_question(session: Session, code: str, line_no: int) -> Line:
    """The question, its questionnaire locked, to change what gives points to it.

    Raises NotFoundError, RefusedError E-NO-RATING, ConflictError E-JOB-RUNNING.
    """
    questionnaire_to_change(session, code)
    question = line_found(session, code, line_no)
    if question.class_field != ClassField.RATING:
        raise RefusedError(
            "E-NO-RATING",
            f"Line {line_no} of profile questionnaire {code} is no question that points "
            "answer.",
        )
    return question


def change_rating(rating: ProfileRating, points: int) -> None:
    """Find its question before, by `rated_question`."""
    rating.points = points


def add_rating(
    session: Session, question: Line, answer_code: str, answer_line_no: int, points: int
) -> ProfileRating:
    """Raises RefusedError at the answer, ConflictError E-EXISTS."""
    answer = _answer(session, answer_code, answer_line_no)
    rating = ProfileRating(
        questionnaire_code=question.questionnaire_code,
        line_no=question.line_no,
        answer_questionnaire_code=answer.questionnaire_code,
        answer_line_no=answer.line_no,
        points=points,
    )
    noun = f"rating of line {question.line_no} by the answer"
    add_record(session, rating, noun, "answer_line_no")
    return rating


def _answer(session: Session, code: str, line_no: int) -> Line:
    """An answer that somebody gives, or interactions do: points give no points."""
    # Kept: nobody deletes it, or makes a question of it, at the same moment.
    found = session.get(Line, (code, line_no), with_for_update={"read": True})
    asked = question_of(session, found) if found else None
    if found is None or found.type != ProfileLineType.ANSWER or asked is None:
        detail = f"Profile questionnaire {code} has no answer {line_no}."
        raise _refused("E-UNKNOWN-CODE", detail)
    if asked.class_field == ClassField.RATING:
        detail = f"\u201c{found.description}\u201d is itself given by points."
        raise _refused("E-FIELD", detail)
    return found


def _refused(code: str, detail: str) -> RefusedError:
    return RefusedError(code, detail, faults=(Fault(code, detail, "answer_line_no"),))
