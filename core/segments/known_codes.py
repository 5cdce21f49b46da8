"""Codes a user enters must exist at that moment (they may vanish later)."""

from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.campaigns.models import Campaign
from core.contacts.models import Salesperson
from core.errors import FaultList
from core.interactions.models import InteractionGroup, InteractionTemplate
from core.setup.models import Language

_WHERE_CODES_LIVE: Mapping[str, tuple[str, InstrumentedAttribute[str]]] = {
    "campaign_no": ("campaign", Campaign.no),
    "salesperson_code": ("salesperson", Salesperson.code),
    "interaction_template_code": ("interaction template", InteractionTemplate.code),
    "interaction_group_code": ("interaction group", InteractionGroup.code),
    "language_code": ("language", Language.code),
    "language_code_default": ("language", Language.code),
}


def refuse_unknown_codes(
    session: Session, changes: Mapping[str, object], faults: FaultList
) -> None:
    """Add E-UNKNOWN-CODE for each, and E-BLOCKED for a blocked salesperson."""
    for field, code in changes.items():
        if field not in _WHERE_CODES_LIVE or not code:
            continue
        noun, column = _WHERE_CODES_LIVE[field]
        if not session.scalar(select(exists().where(column == code))):
            faults.add(field, "E-UNKNOWN-CODE", f"There is no {noun} {code}.")
        elif field == "salesperson_code" and _is_blocked(session, str(code)):
            faults.add(field, "E-BLOCKED", f"Salesperson {code} is blocked.")


def _is_blocked(session: Session, code: str) -> bool:
    return bool(session.scalar(select(Salesperson.blocked).filter_by(code=code)))
