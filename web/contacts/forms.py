"""Between a contact and the form that shows it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.contacts import queries
from core.contacts.models import Contact
from core.errors import RollcallError
from core.vocabulary import ContactType, CorrespondenceType
from web import choices
from web.api.contacts import ContactBody
from web.forms import Refusal, refusal_of

FLAGS = (
    "exclude_from_segment",
    "privacy_blocked",
    "minor",
    "parental_consent_received",
)
FIELDS = tuple(ContactBody.model_fields)


def form_of(session: Session, contact: Contact) -> dict[str, str]:
    """The contact as its form shows it."""
    company = queries.company_of(session, contact)
    form = {name: str(getattr(contact, name, "")) for name in FIELDS}
    form["company_no"] = company.no if company else ""
    form["company_name"] = ""
    form["type"] = ContactType(contact.type).name.lower()
    correspondence = CorrespondenceType(contact.correspondence_type)
    form["correspondence_type"] = correspondence.name.lower() if correspondence else ""
    for name in FLAGS:
        form[name] = "yes" if getattr(contact, name) else ""
    return form


def given_in(form: Mapping[str, str], before: Mapping[str, str]) -> dict[str, Any]:
    """What differs from before, as the API would send it."""
    given = {
        name: _sent(name, form.get(name, ""))
        for name in FIELDS
        if form.get(name, "") != before.get(name, "")
    }
    if "company_no" in given:  # A person types its number, or its name.
        given["company_name"] = given.pop("company_no")
    return given


def refusal_in_form(error: RollcallError) -> Refusal:
    """The company has one field in the form."""
    refusal = refusal_of(error)
    fault = refusal.by_field.get("company_name")
    beside = {"company_no": fault} if fault else {}
    return Refusal(refusal.headline, refusal.by_field | beside)


def version_of(contact: Contact) -> str:
    return contact.last_modified_at.isoformat()


def options(session: Session, form: Mapping[str, str]) -> dict[str, choices.Choices]:
    """What the selects offer, the value in force always among it."""
    offered = {
        "salesperson_code": choices.salespeople_of_contacts(session),
        "territory_code": choices.territories(session),
        "language_code": choices.languages(session),
        "salutation_code": choices.salutations(session),
        "organizational_level_code": choices.organizational_levels(session),
    }
    return {
        name: choices.including(found, form.get(name, ""))
        for name, found in offered.items()
    } | {
        "type": choices.words(ContactType),
        "correspondence_type": choices.words(CorrespondenceType),
    }


def _sent(name: str, value: str) -> object:
    if name in FLAGS:
        return value == "yes"
    if name == "correspondence_type":
        return value or None
    return value
