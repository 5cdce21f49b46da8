"""Whether a finished interaction can go by e-mail, and to where (INT-046)."""

from sqlalchemy.orm import Session

from core.contacts.models import ContactAltAddress
from core.errors import Fault, RefusedError
from core.single_interactions.draft import Draft
from core.vocabulary import CorrespondenceType


def effective_correspondence_type(session: Session, draft: Draft) -> int:
    """Without any address to mail to an e-mail is refused, but where there is an
    alternative address, though without e-mail: then nothing is sent. Raise RefusedError
    E-EMAIL naming the contact."""
    wanted: int = draft.values["correspondence_type"]
    contact = draft.contact
    if wanted != CorrespondenceType.EMAIL or contact is None or contact.email:
        return wanted
    key = (contact.id, draft.values["contact_alt_address_code"])
    address = session.get(ContactAltAddress, key) if key[1] else None
    if address is None:
        detail = (
            f"Contact {contact.no} has no e-mail address. Fill in E-Mail there or on an "
            "alternative address, or choose another correspondence type."
        )
        fault = Fault("E-EMAIL", detail, "correspondence_type")
        raise RefusedError(fault.code, detail, faults=(fault,))
    return wanted if address.email else int(CorrespondenceType.BLANK)
