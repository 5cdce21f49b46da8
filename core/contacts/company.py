"""Which company a person belongs to (CONT-030, CONT-031)."""

from sqlalchemy.orm import Session

from core.contacts import neighbours, queries
from core.contacts.changes import ContactChanges
from core.contacts.inheritance import offered_by, taken_over, values_of
from core.contacts.models import Contact
from core.errors import FaultList
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType


def company_chosen(
    session: Session, contact: Contact, changes: ContactChanges, faults: FaultList
) -> Contact | None:
    """The company the changes name, if it may be chosen; faults say why not."""
    no = changes.get("company_no", "")
    if contact.type == ContactType.COMPANY:
        if no and no != contact.no:
            detail = "A company belongs to itself; only a person can have a company."
            faults.add("company_no", "E-FIELD", detail)
        return None
    if not no:
        return None
    company = queries.company_to_join(session, no)
    if company is None:
        faults.add("company_no", "E-UNKNOWN-CODE", f"There is no company {no}.")
    elif company.type != ContactType.COMPANY:
        faults.add("company_no", "E-FIELD", f"Contact {no} is a person, no company.")
        return None
    return company


def move_to_company(
    session: Session, person: Contact, company: Contact | None, given: ContactChanges
) -> None:
    """Put the person into the company. Values given in the same change win."""
    old = session.get(Contact, person.company_id) if person.company_id else None
    if (company and company.id) != person.company_id:
        sentence = f"The company of contact {person.no} cannot be changed:"
        neighbours.refuse_if_in_segment(session, [person.id], sentence)
        _move_history(session, person, old, company)
    person.company_id = company.id if company else None
    if company is not None:
        before = values_of(old) if old else None
        offered = offered_by(session, company)
        setup = marketing_setup(session)
        taken = taken_over(setup, values_of(person), offered, before)
        for field in taken.keys() - given.keys():
            setattr(person, field, taken[field])


def _move_history(
    session: Session, person: Contact, old: Contact | None, new: Contact | None
) -> None:
    """What was said for the old company stays there; the rest comes along."""
    if old is not None:
        neighbours.leave_entries_to_company(session, person.id)
    elif new is not None:
        neighbours.take_entries_along(session, person.id, new.id)
