from sqlalchemy import func
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts import queries
from core.contacts.change_type import change_type
from core.contacts.changes import ContactChanges
from core.contacts.check_changes import check_changes
from core.contacts.company import company_chosen, move_to_company
from core.contacts.inheritance import before_of, pass_on
from core.contacts.models import Contact
from core.contacts.person_fields import check_person_fields, set_names
from core.contacts.privacy import apply_privacy
from core.errors import FaultList
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType

_PLAIN = (
    ContactChanges.__optional_keys__
    - {"no", "type", "company_no", "company_name"}
    - {"minor", "parental_consent_received", "privacy_blocked"}
)


def change_contact(
    session: Session,
    actor: Actor,  # noqa: ARG001 - every deed knows who asks
    no: str,
    changes: ContactChanges,
) -> Contact:
    """Change the named fields; people follow their company (CONT-030…CONT-032)."""
    contact = queries.lock_contact(session, no)
    change_locked(session, contact, changes)
    return contact


def change_locked(session: Session, contact: Contact, changes: ContactChanges) -> None:
    """The same for a contact that the caller has locked."""
    faults = FaultList()
    changes = check_changes(session, changes, faults)
    faults.refuse_if_any()
    with session.no_autoflush:
        _apply(session, contact, changes, faults)


def _apply(
    session: Session, contact: Contact, changes: ContactChanges, faults: FaultList
) -> None:
    was_company = contact.type == ContactType.COMPANY
    before, name_before = before_of(contact), contact.name
    change_type(session, contact, changes)
    company = company_chosen(session, contact, changes, faults)
    check_person_fields(contact, changes, faults)
    apply_privacy(contact, changes, faults)
    faults.refuse_if_any()

    if "company_no" in changes and contact.type == ContactType.PERSON:
        move_to_company(session, contact, company, changes)
    for field in changes.keys() & _PLAIN:
        setattr(contact, field, changes[field])  # type: ignore[literal-required]
    set_names(contact, changes, name_before=name_before)
    contact.last_modified_at = func.now()
    session.flush()  # people read the company's new values from its row
    if was_company and contact.type == ContactType.COMPANY:
        pass_on(session, marketing_setup(session), before)
    session.refresh(contact)
