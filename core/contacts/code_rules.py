"""Codes a contact refers to must exist."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.contacts.classification.models import OrganizationalLevel
from core.contacts.fields import CAPTIONS
from core.contacts.models import Salesperson
from core.contacts.salespeople import is_blocked_for_privacy
from core.errors import FaultList
from core.setup.models import Language, Salutation, Territory

MASTERS: dict[str, InstrumentedAttribute[str]] = {
    "territory_code": Territory.code,
    "salesperson_code": Salesperson.code,
    "language_code": Language.code,
    "salutation_code": Salutation.code,
    "organizational_level_code": OrganizationalLevel.code,
}


def check_codes(
    session: Session, changes: Mapping[str, object], faults: FaultList
) -> None:
    """They are kept from being deleted until the transaction ends."""
    for field, master in MASTERS.items():
        code = changes.get(field)
        kept = select(master).where(master == code)
        if code and not session.scalar(kept.with_for_update(read=True, key_share=True)):
            faults.add(
                field, "E-UNKNOWN-CODE", f"There is no {CAPTIONS[field]} {code}."
            )
    _check_salesperson(session, changes.get("salesperson_code"), faults)


def _check_salesperson(session: Session, code: object, faults: FaultList) -> None:
    """Blocked salespeople may still have contacts; privacy-blocked ones may not."""
    if code and is_blocked_for_privacy(session, code):
        detail = f"Salesperson {code} is blocked for privacy and can take no contact."
        faults.add("salesperson_code", "E-FIELD", detail)
