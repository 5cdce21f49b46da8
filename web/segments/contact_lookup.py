"""From what a person types, a number or the beginning of a name, to contacts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.contacts.queries import contact_by_no, contact_rows
from core.errors import Fault, RefusedError

SHORTEST = 2
OFFERED = 12

Found = Any
"""A row: the contact, its company's number and name."""


def contacts_like(session: Session, text: str) -> Sequence[Found]:
    """The first few whose number or name begins so."""
    if len(text) < SHORTEST or "\0" in text:
        return []
    begins = text.upper()
    found = _some(session, Contact.search_name.startswith(begins, autoescape=True))
    if any(sign.isdigit() for sign in text):
        by_no = _some(session, Contact.no.startswith(begins, autoescape=True))
        found = [*by_no, *(row for row in found if row not in by_no)]
    return sorted(found[:OFFERED], key=lambda row: (row[0].name, row[0].no))


def contacts_meant(session: Session, text: str) -> Sequence[Found]:
    """The one with this number, else those whose number or name begins so."""
    if contact := contact_by_no(session, text):
        return [(contact, "", "")]
    return contacts_like(session, text)


def contacts_required(session: Session, text: str) -> Sequence[Found]:
    """The same; RefusedError E-UNKNOWN-CODE where there is none."""
    found = contacts_meant(session, text)
    if not found:
        detail = (
            f"No contact has the number {text} or a name that begins so."
            if text
            else "Type the number or the name of a contact."
        )
        fault = Fault("E-UNKNOWN-CODE", detail, field="contact")
        raise RefusedError(fault.code, detail, faults=(fault,))
    return found


def _some(session: Session, begins: ColumnElement[bool]) -> Sequence[Found]:
    # Any few, not the first by name: a million that begin so would all be sorted.
    return session.execute(contact_rows().where(begins).limit(OFFERED)).all()
