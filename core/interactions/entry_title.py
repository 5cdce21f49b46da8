"""How an entry is called where it stands alone (INT-005)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.models import User
from core.contacts.models import Salesperson
from core.interactions.models import InteractionLogEntry, InteractionTemplate
from core.vocabulary import InformationFlow


def entry_title(session: Session, entry: InteractionLogEntry, contact_name: str) -> str:
    """The template's description, and by its flow of today who spoke: outbound the
    salesperson or else the user, inbound the contact. Empty without a template."""
    template = session.get(InteractionTemplate, entry.interaction_template_code)
    if template is None:
        return ""
    if template.information_flow == InformationFlow.OUTBOUND:
        speaker = _our_speaker(session, entry)
        return (
            f"{template.description} - by {speaker}"
            if speaker
            else template.description
        )
    if template.information_flow == InformationFlow.INBOUND and contact_name:
        return f"{template.description} - from {contact_name}"
    return template.description


def _our_speaker(session: Session, entry: InteractionLogEntry) -> str:
    salesperson = session.get(Salesperson, entry.salesperson_code)
    if salesperson is not None:
        return salesperson.name
    user = select(User.username).where(User.username == entry.user_id)
    return session.scalar(user) or ""
