"""A company becomes a person, or a person a company (CONT-020…CONT-022)."""

from sqlalchemy.orm import Session

from core.contacts import neighbours, queries
from core.contacts.changes import ContactChanges
from core.contacts.classification.links import refuse_links_of_other_type
from core.contacts.fields import PERSON_ONLY
from core.contacts.models import Contact
from core.contacts.names import split_name
from core.errors import ConflictError, Fault
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType


def change_type(session: Session, contact: Contact, changes: ContactChanges) -> None:
    kind = changes.get("type", contact.type)
    if kind == contact.type:
        return
    if neighbours.has_log_entries(session, contact.id, contact.company_id):
        raise ConflictError(
            "E-IN-USE",
            f"The type of contact {contact.no} cannot be changed: "
            "there are interaction log entries of it.",
        )
    sentence = f"The type of contact {contact.no} cannot be changed:"
    neighbours.refuse_if_in_segment(session, [contact.id], sentence)
    refuse_links_of_other_type(session, contact, ContactType(kind))
    if kind == ContactType.COMPANY:
        _refuse_level(contact, changes)
        _become_company(session, contact)
    else:
        _become_person(session, contact)


def _refuse_level(contact: Contact, changes: ContactChanges) -> None:
    """The level is taken away first, or in the same change (CONT-021)."""
    field = "organizational_level_code"
    level = changes.get("organizational_level_code", contact.organizational_level_code)
    if level:
        detail = (
            f"The type of contact {contact.no} cannot be changed: it has the "
            f"organizational level {level}. Remove it first."
        )
        raise ConflictError(
            "E-IN-USE", detail, faults=(Fault("E-IN-USE", detail, field),)
        )


def _become_company(session: Session, contact: Contact) -> None:
    contact.type = ContactType.COMPANY
    contact.company_id = contact.id
    for field in PERSON_ONLY:
        setattr(contact, field, "")
    contact.salutation_code = marketing_setup(session).default_company_salutation_code


def _become_person(session: Session, contact: Contact) -> None:
    people = queries.people_of(session, contact.id)
    if people:
        raise ConflictError(
            "E-IN-USE",
            f"Company {contact.no} cannot become a person: {people} people belong "
            "to it.",
        )
    contact.type = ContactType.PERSON
    contact.company_id = None
    contact.first_name, contact.middle_name, contact.surname = split_name(contact.name)
    contact.salutation_code = marketing_setup(session).default_person_salutation_code
