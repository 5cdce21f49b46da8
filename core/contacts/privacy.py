"""Minors, consent and the privacy block (CONT-050)."""

from core.contacts.changes import ContactChanges
from core.contacts.models import Contact
from core.errors import FaultList


def apply_privacy(contact: Contact, changes: ContactChanges, faults: FaultList) -> None:
    """Becoming a minor and a changed consent block; only an explicit word unblocks."""
    minor = changes.get("minor", contact.minor)
    consent = changes.get("parental_consent_received")
    if consent and not minor:
        faults.add(
            "parental_consent_received",
            "E-FIELD",
            "Parental Consent Received belongs to minors only.",
        )
        return
    becomes_minor = minor and not contact.minor
    consent_changed = (
        consent is not None and consent != contact.parental_consent_received
    )
    contact.minor = minor
    if not minor:
        contact.parental_consent_received = False
    elif consent is not None:
        contact.parental_consent_received = consent
    if becomes_minor or (minor and consent_changed):
        contact.privacy_blocked = True
    if "privacy_blocked" in changes:
        _set_block(contact, faults, blocked=changes["privacy_blocked"])


def _set_block(contact: Contact, faults: FaultList, *, blocked: bool) -> None:
    if not blocked and contact.minor and not contact.parental_consent_received:
        faults.add(
            "privacy_blocked",
            "E-FIELD",
            "A minor stays blocked for privacy until parental consent is received.",
        )
        return
    contact.privacy_blocked = blocked
