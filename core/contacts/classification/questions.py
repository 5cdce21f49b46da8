"""Which question of a profile questionnaire an answer belongs to: the nearest above."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.contacts.classification.models import (
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.vocabulary import ClassField, ProfileLineType

Line = ProfileQuestionnaireLine


class AnswerChoice(NamedTuple):
    questionnaire_code: str
    line_no: int
    question: str
    answer: str


def question_above(
    questionnaire_code: InstrumentedAttribute[str] | str,
    line_no: InstrumentedAttribute[int] | int,
) -> FromClause:
    """To be joined: `line_no`, `description` and `class_field` of the question, or no
    row where none stands above."""
    above = aliased(Line, name="above")
    return (
        select(above.line_no, above.description, above.class_field)
        .where(
            above.questionnaire_code == questionnaire_code,
            above.line_no < line_no,
            above.type == ProfileLineType.QUESTION,
        )
        .order_by(above.line_no.desc())
        .limit(1)
        .lateral("question")
    )


def question_of(
    session: Session, answer: ProfileQuestionnaireLine
) -> ProfileQuestionnaireLine | None:
    question = question_above(answer.questionnaire_code, answer.line_no)
    return session.scalar(
        select(Line)
        .join(question, question.c.line_no == Line.line_no)
        .where(Line.questionnaire_code == answer.questionnaire_code)
    )


def answers_with_questions(
    session: Session, places: Collection[tuple[str, int]]
) -> dict[tuple[str, int], tuple[str, str]]:
    """Of each place, a questionnaire and a line number, the question and the answer
    that stands there, by one statement; places without an answer are missing."""
    if not places:
        return {}
    place = (Line.questionnaire_code, Line.line_no)
    question = question_above(*place)
    found = session.execute(
        select(*place, question.c.description, Line.description)
        .outerjoin(question, true())
        .where(tuple_(*place).in_(places), Line.type == ProfileLineType.ANSWER)
    )
    return {(code, no): (asked or "", said) for code, no, asked, said in found}


def answer_choices(
    session: Session,
    answered_by: Collection[ClassField],
    of: ColumnElement[bool] | None = None,
) -> Sequence[AnswerChoice]:
    """The answers to questions that are answered by one of these, of questionnaires
    for which the condition `of` holds, in their order."""
    question = question_above(Line.questionnaire_code, Line.line_no)
    statement = (
        select(
            Line.questionnaire_code,
            Line.line_no,
            question.c.description,
            Line.description,
        )
        .join(
            ProfileQuestionnaire, ProfileQuestionnaire.code == Line.questionnaire_code
        )
        .join(question, question.c.class_field.in_(answered_by))
        .where(Line.type == ProfileLineType.ANSWER, true() if of is None else of)
        .order_by(Line.questionnaire_code, Line.line_no)
    )
    return [AnswerChoice(*row) for row in session.execute(statement)]
