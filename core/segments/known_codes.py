"""Codes a user enters must exist at that moment (they may vanish later)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core import references
from core.errors import FaultList

_TARGETS: Mapping[str, references.Target] = {
    "campaign_no": references.CAMPAIGN,
    "salesperson_code": references.SALESPERSON,
    "interaction_template_code": references.INTERACTION_TEMPLATE,
    "interaction_group_code": references.INTERACTION_GROUP,
    "language_code": references.LANGUAGE,
    "language_code_default": references.LANGUAGE,
}


def refuse_unknown_codes(
    session: Session, changes: Mapping[str, object], faults: FaultList
) -> None:
    """Add E-UNKNOWN-CODE for each, and E-BLOCKED for a blocked salesperson."""
    references.find_unknown_codes(session, faults, changes, _TARGETS)
    references.find_blocked_salesperson(
        session, faults, "salesperson_code", changes.get("salesperson_code")
    )
