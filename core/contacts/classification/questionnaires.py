"""Profile questionnaires: questions about contacts and the answers to choose from."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from core.contacts.classification.models import (
    ContactProfileAnswer,
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
    ProfileRating,
)
from core.contacts.classification.questions import question_of
from core.errors import ConflictError, FaultList, NotFoundError
from core.jobs.request import refuse_while_open
from core.records import add_record, apply_changes, lock_record
from core.references import BUSINESS_RELATION, find_unknown_codes
from core.vocabulary import ClassField, ProfileContactType, ProfileLineType

NOUN = "profile questionnaire"
STEP = 10000


class QuestionnaireChanges(TypedDict, total=False):
    code: str
    description: str
    contact_type: ProfileContactType
    business_relation_code: str


class QuestionnaireLineChanges(TypedDict, total=False):
    type: ProfileLineType
    description: str
    multiple_answers: bool
    class_field: ClassField
    starting_date: date | None
    ending_date: date | None
    from_value: Decimal | None
    to_value: Decimal | None


def create_questionnaire(
    session: Session, draft: QuestionnaireChanges
) -> ProfileQuestionnaire:
    draft = {
        "description": "",
        "contact_type": ProfileContactType.BLANK,
        "business_relation_code": "",
        **draft,
    }
    _check_codes(session, draft)
    questionnaire = ProfileQuestionnaire(**draft)
    add_record(session, questionnaire, NOUN, "code")
    return questionnaire


def change_questionnaire(
    session: Session, questionnaire: ProfileQuestionnaire, changes: QuestionnaireChanges
) -> None:
    """Lock it before, by `questionnaire_to_change`."""
    _check_codes(session, changes)
    apply_changes(questionnaire, changes)


def _check_codes(session: Session, changes: QuestionnaireChanges) -> None:
    faults = FaultList()
    targets = {"business_relation_code": BUSINESS_RELATION}
    find_unknown_codes(session, faults, changes, targets)
    faults.refuse_if_any()


def questionnaire_to_change(session: Session, code: str) -> ProfileQuestionnaire:
    """The questionnaire, locked, to change it or its lines.

    Raises NotFoundError, and ConflictError E-JOB-RUNNING while contacts are classified
    by it: nobody should wait minutes for that job, and it counts by what it was asked.
    """
    refuse_while_open(session, [subject_of(code)])
    return lock_record(session, ProfileQuestionnaire, code, NOUN)


def subject_of(code: str) -> str:
    """What a job that classifies contacts by the questionnaire is about."""
    return f"questionnaire:{code}"


def delete_questionnaire(session: Session, code: str) -> None:
    """Refused while a contact has an answer of it, or one of its answers gives points
    to a question of another one."""
    questionnaire = questionnaire_to_change(session, code)
    used = exists().where(ContactProfileAnswer.questionnaire_code == code)
    if session.scalar(select(used)):
        raise _in_use(f"Profile questionnaire {code}")
    rating = ProfileRating
    rated = exists().where(
        rating.answer_questionnaire_code == code, rating.questionnaire_code != code
    )
    if session.scalar(select(rated)):
        raise _gives_points(f"Profile questionnaire {code}")
    session.execute(delete(rating).where(rating.questionnaire_code == code))
    session.delete(questionnaire)


def lines_of(session: Session, code: str) -> Sequence[ProfileQuestionnaireLine]:
    line = ProfileQuestionnaireLine
    return session.scalars(
        select(line).where(line.questionnaire_code == code).order_by(line.line_no)
    ).all()


def line_found(session: Session, code: str, line_no: int) -> ProfileQuestionnaireLine:
    line = session.get(
        ProfileQuestionnaireLine, (code, line_no), populate_existing=True
    )
    if line is None:
        detail = f"Profile questionnaire {code} has no line {line_no}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return line


def add_line(
    session: Session,
    code: str,
    draft: QuestionnaireLineChanges,
    *,
    line_no: int | None = None,
) -> ProfileQuestionnaireLine:
    """Without a line number the line goes to the end."""
    questionnaire_to_change(session, code)
    if line_no is None:
        lines = lines_of(session, code)
        line_no = (lines[-1].line_no if lines else 0) + STEP
    line = ProfileQuestionnaireLine(
        questionnaire_code=code,
        line_no=line_no,
        type=ProfileLineType.QUESTION,
        description="",
        multiple_answers=False,
        class_field=ClassField.BLANK,
    )
    apply_changes(line, draft)
    _check(session, line)
    add_record(session, line, f"line of profile questionnaire {code}", "line_no")
    return line


def change_line(
    session: Session, line: ProfileQuestionnaireLine, changes: QuestionnaireLineChanges
) -> None:
    """Lock the questionnaire before, by `questionnaire_to_change`."""
    if changes.get("type", line.type) != line.type:
        _refuse_if_answered(session, line)
        _refuse_if_rated(session, line)
    with session.no_autoflush:
        apply_changes(line, changes)
        _check(session, line)
        _check_points(session, line)


def delete_line(session: Session, line: ProfileQuestionnaireLine) -> None:
    """Lock the questionnaire before, by `questionnaire_to_change`."""
    _refuse_if_answered(session, line)
    _refuse_if_rated(session, line)
    session.delete(line)


def _check(session: Session, line: ProfileQuestionnaireLine) -> None:
    faults = FaultList()
    if not line.description:
        faults.add("description", "E-FIELD", "Say what the question or answer is.")
    if line.type == ProfileLineType.ANSWER:
        if line.multiple_answers:
            detail = "Questions, not answers, say whether several answers go."
            faults.add("multiple_answers", "E-FIELD", detail)
        if question_of(session, line) is None:
            detail = "An answer stands below its question; there is none above it."
            faults.add("type", "E-FIELD", detail)
    _check_automatic(line, faults)
    faults.refuse_if_any()


def _check_automatic(line: ProfileQuestionnaireLine, faults: FaultList) -> None:
    is_question = line.type == ProfileLineType.QUESTION
    for name in ("from_value", "to_value"):
        if is_question and getattr(line, name) is not None:
            faults.add(name, "E-FIELD", "Answers have values, questions have none.")
    for name in ("class_field", "starting_date", "ending_date"):
        if not is_question and getattr(line, name):
            faults.add(name, "E-FIELD", "Questions, not answers, say what is counted.")
    if line.class_field == ClassField.INTERACTIONS_PER_YEAR and not line.starting_date:
        detail = "What happens in a year needs a day from which it is counted."
        faults.add("starting_date", "E-FIELD", detail)
    _check_days(line, faults)
    low, high = line.from_value, line.to_value
    if low is not None and high is not None and high < low:
        faults.add("to_value", "E-FIELD", "To Value must not be less than From Value.")


def _check_days(line: ProfileQuestionnaireLine, faults: FaultList) -> None:
    first, last = line.starting_date, line.ending_date
    if line.class_field == ClassField.RATING and (first or last):
        name = "starting_date" if first else "ending_date"
        detail = "Points are those of the answers there are, whatever their day."
        faults.add(name, "E-FIELD", detail)
    if first and last and last < first:
        detail = "Ending Date must not be before Starting Date."
        faults.add("ending_date", "E-FIELD", detail)


def _refuse_if_answered(session: Session, line: ProfileQuestionnaireLine) -> None:
    """The line itself, or for a question any answer below it."""
    meant = [line.line_no]
    if line.type == ProfileLineType.QUESTION:
        meant += answers_below(session, line)
    answered = exists().where(
        ContactProfileAnswer.questionnaire_code == line.questionnaire_code,
        ContactProfileAnswer.line_no.in_(meant),
    )
    if session.scalar(select(answered)):
        code = line.questionnaire_code
        raise _in_use(f"Line {line.line_no} of profile questionnaire {code}")


def _check_points(session: Session, line: ProfileQuestionnaireLine) -> None:
    """Points give no points, and what is answered otherwise has none (CONT-057)."""
    rating = ProfileRating
    if line.class_field != ClassField.RATING:
        session.execute(
            delete(rating).where(
                rating.questionnaire_code == line.questionnaire_code,
                rating.line_no == line.line_no,
            )
        )
    elif _is_rated(session, line, answers_below(session, line)):
        faults = FaultList()
        detail = "Its answers give points to a question, and points give no points."
        faults.add("class_field", "E-FIELD", detail)
        faults.refuse_if_any()


def _refuse_if_rated(session: Session, line: ProfileQuestionnaireLine) -> None:
    if _is_rated(session, line, [line.line_no]):
        code = line.questionnaire_code
        raise _gives_points(f"Line {line.line_no} of profile questionnaire {code}")


def _is_rated(
    session: Session, line: ProfileQuestionnaireLine, answers: Sequence[int]
) -> bool:
    rated = exists().where(
        ProfileRating.answer_questionnaire_code == line.questionnaire_code,
        ProfileRating.answer_line_no.in_(answers),
    )
    return bool(session.scalar(select(rated)))


def answers_below(session: Session, question: ProfileQuestionnaireLine) -> list[int]:
    """The line numbers of the answers to a question."""
    below = []
    for line in lines_of(session, question.questionnaire_code):
        if line.line_no > question.line_no:
            if line.type == ProfileLineType.QUESTION:
                break
            below.append(line.line_no)
    return below


def _gives_points(what: str) -> ConflictError:
    return ConflictError(
        "E-IN-USE",
        f"{what} cannot be deleted or changed: a question counts the points it gives.",
    )


def _in_use(what: str) -> ConflictError:
    return ConflictError(
        "E-IN-USE", f"{what} cannot be deleted or changed: contacts have given it."
    )
