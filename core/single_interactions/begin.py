"""Where a single interaction begins: a contact, a name that was typed, or another
interaction it follows (WIZ-001…003, INT-032)."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.contacts.queries import contact_by_no
from core.errors import Fault, RefusedError
from core.interactions.queries import entry_row
from core.single_interactions.changes import InteractionChanges


def refuse_blocked(session: Session, contact_no: str) -> None:
    """Raise RefusedError E-PRIVACY while the contact's data is blocked (CONT-050)."""
    contact = contact_by_no(session, contact_no) if contact_no else None
    if contact and contact.privacy_blocked:
        detail = blocked_in_words(contact)
        fault = Fault("E-PRIVACY", detail, "contact_no")
        raise RefusedError(fault.code, detail, faults=(fault,))


def blocked_in_words(contact: Contact) -> str:
    return (
        f"The data of contact {contact.no} is blocked for privacy. Take the block from "
        "the contact first."
    )


def follow_up_of(session: Session, entry_no: int) -> InteractionChanges:
    """With whom, by whom and for what the next interaction begins, as the entry says.
    Raise NotFoundError; RefusedError E-PRIVACY for its contact or company."""
    row = entry_row(session, entry_no)
    for no in (row.contact_no, row.contact_company_no):
        refuse_blocked(session, no)
    said = {
        "contact_no": row.contact_no,
        "salesperson_code": row[0].salesperson_code,
        "campaign_no": row[0].campaign_no,
    }
    # What the entry does not say is proposed as ever.
    told = {name: value for name, value in said.items() if value}
    return cast("InteractionChanges", told)


def contact_no_called(session: Session, name: str) -> str:
    """The first number of a contact whose name has these letters in it, large or small;
    blank where nobody is called so."""
    wanted = name.strip()
    if not wanted:
        return ""
    found = (
        select(Contact.no)
        .where(Contact.name.icontains(wanted, autoescape=True))
        .order_by(Contact.no)
        .limit(1)
    )
    return session.scalar(found) or ""
