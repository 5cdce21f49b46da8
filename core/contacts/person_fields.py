"""Fields that only a person has, and how the name follows its parts."""

from core.contacts.changes import ContactChanges
from core.contacts.fields import CAPTIONS, NAME_PARTS, PERSON_ONLY
from core.contacts.models import Contact
from core.contacts.names import joined_name, parts_agreeing, split_name
from core.errors import FaultList
from core.vocabulary import ContactType


def check_person_fields(
    contact: Contact, changes: ContactChanges, faults: FaultList
) -> None:
    for field in PERSON_ONLY:
        value = changes.get(field)
        if value and contact.type == ContactType.COMPANY:
            detail = f"{CAPTIONS[field]} belongs to people; this contact is a company."
            faults.add(field, "E-FIELD", detail)


def set_names(contact: Contact, changes: ContactChanges, *, name_before: str) -> None:
    """Parts make the name; a name alone makes the parts (CONT-010), and so does one that
    says the same as the parts beside it.

    The search name follows while nobody chose another one.
    """
    if contact.type == ContactType.PERSON:
        agreeing = parts_agreeing(
            changes.get("name", ""),
            {part: str(changes.get(part, "")) for part in NAME_PARTS},
        )
        if agreeing:
            contact.first_name, contact.middle_name, contact.surname = agreeing
        elif _parts_decide(changes):
            contact.name = joined_name(
                contact.first_name, contact.middle_name, contact.surname
            )
        elif contact.name != name_before:
            contact.first_name, contact.middle_name, contact.surname = split_name(
                contact.name
            )
    decides = contact.name != name_before or "search_name" in changes
    if decides and contact.search_name in {"", search_name_of(name_before)}:
        contact.search_name = search_name_of(contact.name)


def _parts_decide(changes: ContactChanges) -> bool:
    # A form sends the name together with three empty parts.
    if changes.get("name"):
        return any(changes.get(part) for part in NAME_PARTS)
    return any(part in changes for part in NAME_PARTS)


def search_name_of(name: str) -> str:
    # Some letters become two in upper case, so the result is cut to its column.
    return name.upper()[:100]
