"""From what a person types, a number or the beginning of a name, to contacts."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.contacts.queries import contact_by_no, contacts_page

SHORTEST = 2
OFFERED = 12

Found = tuple[Contact, str, str]
"""A contact with its company's number and name."""


def contacts_like(session: Session, text: str) -> Sequence[Found]:
    """The first few whose number or name begins so."""
    if len(text) < SHORTEST or "\0" in text:
        return []
    found = contacts_page(session, where=_begins(text), order="name", limit=OFFERED)
    return found[:OFFERED]


def contacts_meant(session: Session, text: str) -> Sequence[Found]:
    """The one with this number, else those whose number or name begins so."""
    if contact := contact_by_no(session, text):
        return [(contact, "", "")]
    return contacts_like(session, text)


def _begins(text: str) -> ColumnElement[bool]:
    return or_(
        Contact.no.startswith(text.upper(), autoescape=True),
        Contact.search_name.startswith(text.upper(), autoescape=True),
    )
