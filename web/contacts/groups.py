"""What a contact is sorted by, as its page shows it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.contacts.classification import answers, links
from core.contacts.classification.links import Classification
from core.contacts.classification.models import (
    ContactProfileAnswer,
)
from core.contacts.classification.questions import answer_choices
from core.contacts.models import Contact
from core.vocabulary import (
    ClassField,
    ContactType,
    LinkToTable,
)
from web import choices


class Group(NamedTuple):
    """One list of codes as the page shows it."""

    address: str
    title: str
    noun: str
    rows: Any
    can_change: bool
    "Its codes belong to this contact, not to its company alone."
    options: choices.Choices


LISTS: Mapping[str, tuple[Classification, Callable[[Session], choices.Choices]]] = {
    "mailing-groups": (links.MAILING_GROUPS, choices.mailing_groups),
    "industry-groups": (links.INDUSTRY_GROUPS, choices.industry_groups),
    "business-relations": (links.BUSINESS_RELATIONS, choices.business_relations),
    "job-responsibilities": (
        links.JOB_RESPONSIBILITIES,
        choices.job_responsibilities,
    ),
}


def shown(session: Session, contact: Contact) -> dict[str, Any]:
    """What the section of the contact's page needs."""
    return {
        "groups": [_group(session, contact, address) for address in LISTS],
        "answers": session.execute(
            answers.answer_rows(contact).order_by(
                ContactProfileAnswer.questionnaire_code, ContactProfileAnswer.line_no
            )
        ).all(),
        "possible_answers": _possible_answers(session, contact),
        "tables": choices.words(LinkToTable)
        if contact.type == ContactType.COMPANY
        else [("employee", "Employee")],
        "table_names": {int(table): table.name.lower() for table in LinkToTable},
    }


def _group(session: Session, contact: Contact, address: str) -> Group:
    classification, options = LISTS[address]
    plural = classification.master.plural
    found = links.links_of(session, classification, contact)
    can_change = classification.only in {None, contact.type}
    taken = {row[0].code for row in found if row[0].contact_id == contact.id}
    # Employees of the books are people, so a person may have such a relation.
    is_offered = can_change or classification is links.BUSINESS_RELATIONS
    offered = options(session) if is_offered else []
    return Group(
        address,
        plural[0].upper() + plural[1:],
        classification.master.noun,
        found,
        can_change,
        [choice for choice in offered if choice[0] not in taken],
    )


def _possible_answers(session: Session, contact: Contact) -> choices.Choices:
    """Every answer that a person can give in the name of such a contact."""
    if contact.minor:
        return []
    possible = answer_choices(session, [ClassField.BLANK], answers.is_about(contact))
    return [
        (f"{one.questionnaire_code}/{one.line_no}", f"{one.question} {one.answer}")
        for one in possible
    ]
