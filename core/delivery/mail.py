"""One e-mail as it is to be sent, read at the moment of sending."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact, ContactAltAddress, Salesperson
from core.interactions.models import Delivery, InteractionLogEntry

Entry = InteractionLogEntry


class Mail(NamedTuple):
    entry_no: int
    message_id: str
    contact_no: str
    contact_name: str
    address: str
    "One or several with semicolons between them (DLV-015); blank: there is none."
    subject: str
    attachment_id: int | None
    reply_to: str
    at: datetime
    "The moment, by the database's clock."
    withheld_because: str
    "Why it is not to be sent after all; blank: it is."


def mail_of(session: Session, entry_no: int) -> Mail:
    """By the entry, and by its contact and salesperson as they are now: who was
    blocked since the log gets nothing."""
    alt = ContactAltAddress
    row = session.execute(
        select(
            Entry.entry_no,
            Delivery.message_id,
            func.coalesce(Contact.no, ""),
            func.coalesce(Contact.name, ""),
            func.coalesce(func.nullif(alt.email, ""), Contact.email, ""),
            # A mail without subject is taken for junk.
            func.coalesce(func.nullif(Entry.subject, ""), Entry.description),
            Entry.attachment_id,
            func.coalesce(Salesperson.email, ""),
            Delivery.at,
            case(
                (Entry.canceled, "The interaction was canceled before it was sent."),
                (Contact.id.is_(None), "The contact was deleted before it was sent."),
                (
                    Contact.privacy_blocked,
                    "The contact was blocked for privacy before it was sent.",
                ),
                else_="",
            ),
        )
        .join(Delivery, Delivery.entry_no == Entry.entry_no)
        .outerjoin(Contact, Contact.id == Entry.contact_id)
        .outerjoin(
            alt,
            and_(
                alt.contact_id == Entry.contact_id,
                alt.code == Entry.contact_alt_address_code,
            ),
        )
        .outerjoin(Salesperson, Salesperson.code == Entry.salesperson_code)
        .where(Entry.entry_no == entry_no)
    ).one()
    return Mail(row[0], f"{row[0]}.{row[1].hex}", *row[2:])
