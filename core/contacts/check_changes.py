from typing import cast

from sqlalchemy.orm import Session

from core.contacts.changes import AltAddressChanges, ContactChanges
from core.contacts.code_rules import check_codes
from core.contacts.company_named import with_company_named
from core.contacts.field_rules import check_texts, tidied
from core.errors import FaultList


def check_changes(
    session: Session, changes: ContactChanges, faults: FaultList
) -> ContactChanges:
    """The changes as they will be kept, with the company by its number; every broken
    rule of a field is a fault."""
    kept = cast("ContactChanges", _tidied(dict(changes)))
    check_texts(kept, faults)
    if not faults.faults:
        # A text that breaks its own rule is no code, and may be no valid query.
        check_codes(session, kept, faults)
        kept = with_company_named(session, kept, faults)
    return kept


def check_address(changes: AltAddressChanges, faults: FaultList) -> AltAddressChanges:
    kept = cast("AltAddressChanges", _tidied(dict(changes)))
    check_texts(kept, faults)
    if ";" in kept.get("email", ""):
        faults.add("email", "E-FIELD", "An alternative address has one e-mail address.")
    return kept


def _tidied(changes: dict[str, object]) -> dict[str, object]:
    return {
        field: tidied(field, value) if isinstance(value, str) else value
        for field, value in changes.items()
    }
