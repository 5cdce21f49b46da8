from sqlalchemy import func
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts import queries
from core.contacts.models import Contact


def touched_contact(session: Session, actor: Actor, contact_no: str) -> Contact:  # noqa: ARG001
    """The contact, locked: addresses count as changes of their contact."""
    contact = queries.lock_contact(session, contact_no)
    contact.last_modified_at = func.clock_timestamp()
    return contact
