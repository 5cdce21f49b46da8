"""What must be said before an interaction can be logged or postponed (INT-041, INT-045).

The checks stand in the order in which the form asks; every fault is told at once.
"""

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.models import Attachment
from core.contacts.guard import share_contacts
from core.contacts.models import ContactAltAddress
from core.errors import FaultList
from core.interactions.models import InteractionTemplate
from core.references import (
    CAMPAIGN,
    INTERACTION_TEMPLATE,
    LANGUAGE,
    SALESPERSON,
    find_blocked_salesperson,
    find_unknown_codes,
)
from core.single_interactions.begin import blocked_in_words
from core.single_interactions.changes import InteractionChanges, OpenedFrom
from core.single_interactions.draft import Draft, Stored, draft_of
from core.vocabulary import CorrespondenceType, WizardAction

_REQUIRED = {
    "contact_no": "Choose the contact to interact with.",
    "interaction_template_code": "Choose an interaction template.",
    "salesperson_code": "Choose a salesperson.",
    "date": "Fill in the date.",
    "description": "Fill in the description.",
}
_CODES = {
    "interaction_template_code": INTERACTION_TEMPLATE,
    "salesperson_code": SALESPERSON,
    "interaction_language_code": LANGUAGE,
    "campaign_no": CAMPAIGN,
}


def complete_draft(
    session: Session,
    actor: Actor,
    said: InteractionChanges,
    *,
    opened_from: OpenedFrom,
    stored: Stored | None = None,
    own_content: Attachment | None = None,
) -> Draft:
    """The draft, if nothing is missing. Its contact, codes and content are kept from
    being deleted until the transaction ends. Raise RefusedError with every fault."""
    share_contacts(session)
    draft = draft_of(
        session,
        actor,
        said,
        opened_from=opened_from,
        stored=stored,
        holding_content=True,
    )
    _refuse_incomplete(session, draft, has_own_content=own_content is not None)
    return draft


def _refuse_incomplete(
    session: Session, draft: Draft, *, has_own_content: bool
) -> None:
    faults = FaultList()
    values = draft.values
    for name, sentence in _REQUIRED.items():
        if not values[name]:
            faults.add(name, "E-FIELD", sentence)
    _find_wrong_contact(session, draft, faults)
    find_unknown_codes(session, faults, values, _CODES)
    _find_changed_locks(draft, faults)
    find_blocked_salesperson(
        session,
        faults,
        "salesperson_code",
        values["salesperson_code"],
        draft.proposed["salesperson_code"],
    )
    if draft.template:
        _find_missing_content(
            draft, draft.template, faults, has_own_content=has_own_content
        )
    faults.refuse_if_any()


def _find_wrong_contact(session: Session, draft: Draft, faults: FaultList) -> None:
    no, contact = draft.values["contact_no"], draft.contact
    if contact is None:
        if no:
            faults.add("contact_no", "E-UNKNOWN-CODE", f"There is no contact {no}.")
        return
    if contact.privacy_blocked:  # CONT-050
        faults.add("contact_no", "E-PRIVACY", blocked_in_words(contact))
    code = draft.values["contact_alt_address_code"]
    if code and session.get(ContactAltAddress, (contact.id, code)) is None:
        faults.add(
            "contact_alt_address_code",
            "E-UNKNOWN-CODE",
            f"Contact {contact.no} has no alternative address {code}.",
        )


def _find_changed_locks(draft: Draft, faults: FaultList) -> None:
    for name, value in draft.opened_from.locked().items():
        if draft.values[name] != value:
            faults.add(
                name,
                "E-LOCKED",
                f"This interaction was begun for {value}; that cannot be changed.",
            )


def _find_missing_content(
    draft: Draft,
    template: InteractionTemplate,
    faults: FaultList,
    *,
    has_own_content: bool,
) -> None:
    values = draft.values
    language = values["interaction_language_code"]
    if language and not draft.has_language:  # INT-025
        faults.add(
            "interaction_language_code",
            "E-NO-LANGUAGE",
            f"Interaction template {template.code} has nothing in language {language}.",
        )
    if draft.attachment_id or has_own_content:
        return
    if template.wizard_action == WizardAction.OPEN:
        faults.add(
            "interaction_template_code",
            "E-NO-ATTACHMENT",
            f"Interaction template {template.code} opens an attachment, and has none. "
            "Give the template one, or choose a file.",
        )
    if values["correspondence_type"] == CorrespondenceType.EMAIL:
        faults.add(
            "correspondence_type",
            "E-NO-CONTENT",
            "An e-mail needs an attachment. Choose a file, give the template one, or "
            "choose another correspondence type.",
        )
