from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts import neighbours, queries
from core.contacts.classification.models import ContactMailingGroup
from core.contacts.duplicates.forget_pairs import forget_pairs
from core.contacts.guard import lock_contacts
from core.contacts.merge_jobs import refuse_to_delete_while_merged
from core.contacts.models import Contact
from core.vocabulary import ContactType


def delete_contact(
    session: Session,
    actor: Actor,  # noqa: ARG001 - every deed knows who asks
    no: str,
) -> None:
    """Delete the contact, and with a company its people (CONT-060).

    Refused while one of them is on a segment line. Log entries always stay: those
    of a person go to its company, those of a company lose their contact.
    """
    refuse_to_delete_while_merged(session, no)
    lock_contacts(session)
    contact = queries.lock_contact(session, no)
    ids = [contact.id]
    if contact.type == ContactType.COMPANY:
        ids = queries.lock_company_and_people(session, contact.id)
    sentence = f"Contact {no} cannot be deleted:"
    if len(ids) > 1:
        sentence = f"Contact {no} cannot be deleted with its people:"
    neighbours.refuse_if_in_segment(session, ids, sentence)
    neighbours.forget_removed_lines(session, ids)
    if contact.type == ContactType.COMPANY:
        neighbours.blank_entries_of_company(session, contact.id)
    else:
        neighbours.leave_entries_to_company(session, contact.id)
    session.execute(
        delete(ContactMailingGroup).where(ContactMailingGroup.contact_id.in_(ids))
    )
    forget_pairs(session, ids)
    session.execute(delete(Contact).where(Contact.id.in_(ids)))
