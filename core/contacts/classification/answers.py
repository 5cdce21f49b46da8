"""What contacts answered to the questions of profile questionnaires (CONT-057)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.classification.models import (
    ContactBusinessRelation,
    ContactProfileAnswer,
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.classification.questionnaires import (
    NOUN,
    answers_below,
    line_found,
)
from core.contacts.classification.questions import question_above, question_of
from core.contacts.models import Contact
from core.contacts.touch import touched_contact
from core.errors import ConflictError, FaultList, NotFoundError, RefusedError
from core.records import kept_record
from core.vocabulary import ContactType, ProfileContactType, ProfileLineType

_FITTING = {
    ContactType.COMPANY: ProfileContactType.COMPANIES,
    ContactType.PERSON: ProfileContactType.PEOPLE,
}


def answer_rows(contact: Contact) -> Select[Any]:
    """The contact's answers, each with its words and its question's."""
    line = ProfileQuestionnaireLine
    question = question_above(
        ContactProfileAnswer.questionnaire_code, ContactProfileAnswer.line_no
    )
    return (
        select(
            ContactProfileAnswer,
            line.description,
            question.c.description.label("question"),
        )
        .join(
            line,
            (line.questionnaire_code == ContactProfileAnswer.questionnaire_code)
            & (line.line_no == ContactProfileAnswer.line_no),
        )
        .outerjoin(question, true())
        .where(ContactProfileAnswer.contact_id == contact.id)
    )


def answer_found(
    session: Session, contact: Contact, questionnaire_code: str, line_no: int
) -> Any:  # noqa: ANN401  (a row of answer_rows)
    row = session.execute(
        answer_rows(contact).where(
            ContactProfileAnswer.questionnaire_code == questionnaire_code.upper(),
            ContactProfileAnswer.line_no == line_no,
        )
    ).one_or_none()
    if row is None:
        detail = f"Contact {contact.no} has not given this answer."
        raise NotFoundError("E-NOT-FOUND", detail)
    return row


def give_answer(
    session: Session,
    actor: Actor,
    contact_no: str,
    questionnaire_code: str,
    line_no: int,
) -> ContactProfileAnswer:
    """Of a question that takes one answer a contact gives one."""
    contact = touched_contact(session, actor, contact_no)
    questionnaire = kept_record(session, ProfileQuestionnaire, questionnaire_code, NOUN)
    _check_contact(session, contact, questionnaire)
    line = line_found(session, questionnaire_code, line_no)
    question = question_of(session, line)
    if line.type != ProfileLineType.ANSWER or question is None:
        faults = FaultList()
        detail = f"Line {line_no} is no answer to a question."
        faults.add("line_no", "E-FIELD", detail)
        faults.refuse_if_any()
    elif question.class_field:
        raise RefusedError(
            "E-AUTOMATIC",
            f"\u201c{question.description}\u201d is answered by itself: classify the "
            "contacts instead.",
        )
    elif not question.multiple_answers:
        _refuse_second_answer(session, contact, question)
    if session.get(ContactProfileAnswer, (contact.id, questionnaire_code, line_no)):
        raise ConflictError(
            "E-EXISTS", f"Contact {contact.no} has given this answer already."
        )
    answer = ContactProfileAnswer(
        contact_id=contact.id, questionnaire_code=questionnaire_code, line_no=line_no
    )
    session.add(answer)
    session.flush()  # Lists that follow in the same transaction show it.
    return answer


def withdraw_answer(
    session: Session,
    actor: Actor,
    contact_no: str,
    questionnaire_code: str,
    line_no: int,
) -> None:
    contact = touched_contact(session, actor, contact_no)
    session.delete(answer_found(session, contact, questionnaire_code, line_no)[0])


def is_about(contact: Contact) -> ColumnElement[bool]:
    """Whether a questionnaire of the statement is about this contact: its type and
    business relation fit, or the contact has answered it before (CONT-057)."""
    questionnaire, link = ProfileQuestionnaire, ContactBusinessRelation
    fits = questionnaire.contact_type.in_(
        [ProfileContactType.BLANK, _FITTING[ContactType(contact.type)]]
    )
    is_related = exists().where(
        link.code == questionnaire.business_relation_code,
        link.contact_id.in_([contact.id, contact.company_id]),
    )
    has_answered = exists().where(
        ContactProfileAnswer.questionnaire_code == questionnaire.code,
        ContactProfileAnswer.contact_id == contact.id,
    )
    no_relation = questionnaire.business_relation_code == ""
    return or_(and_(fits, or_(no_relation, is_related)), has_answered)


def _check_contact(
    session: Session, contact: Contact, questionnaire: ProfileQuestionnaire
) -> None:
    if contact.minor:  # CONT-051
        raise RefusedError(
            "E-MINOR", f"Contact {contact.no} is a minor and has no profile."
        )
    this_one = ProfileQuestionnaire.code == questionnaire.code
    if session.scalar(select(exists().where(this_one, is_about(contact)))):
        return
    kind = ProfileContactType(questionnaire.contact_type)
    whom = "contacts" if kind is ProfileContactType.BLANK else kind.name.lower()
    if questionnaire.business_relation_code:
        whom += f" with the business relation {questionnaire.business_relation_code}"
    raise RefusedError(
        "E-CONTACT-TYPE",
        f"Profile questionnaire {questionnaire.code} is about {whom} only.",
    )


def _refuse_second_answer(
    session: Session, contact: Contact, question: ProfileQuestionnaireLine
) -> None:
    given = session.scalar(
        select(ContactProfileAnswer.line_no).where(
            ContactProfileAnswer.contact_id == contact.id,
            ContactProfileAnswer.questionnaire_code == question.questionnaire_code,
            ContactProfileAnswer.line_no.in_(answers_below(session, question)),
        )
    )
    if given is not None:
        raise ConflictError(
            "E-ONE-ANSWER",
            f"\u201c{question.description}\u201d takes one answer, and contact "
            f"{contact.no} has given one. Remove it first.",
        )
