from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from sqlalchemy.orm import Session

from core.errors import FaultList
from core.references import (
    CAMPAIGN_STATUS,
    SALESPERSON,
    find_blocked_salesperson,
    find_unknown_codes,
)

TARGETS = {"salesperson_code": SALESPERSON, "status_code": CAMPAIGN_STATUS}


class CampaignChanges(TypedDict, total=False):
    description: str
    starting_date: date | None
    ending_date: date | None
    salesperson_code: str
    status_code: str


def check_changes(
    session: Session, changes: CampaignChanges, before: CampaignChanges
) -> None:
    """Refuse what breaks a rule together with the values that stay as they were."""
    faults = FaultList()
    find_unknown_codes(session, faults, changes, TARGETS)
    find_blocked_salesperson(
        session,
        faults,
        "salesperson_code",
        changes.get("salesperson_code"),
        before.get("salesperson_code"),
    )
    _check_dates(faults, {**before, **changes}, changes)
    faults.refuse_if_any()


def _check_dates(
    faults: FaultList, after: Mapping[str, object], changes: CampaignChanges
) -> None:
    first, last = after.get("starting_date"), after.get("ending_date")
    # Without an end the campaign is open; equal days are one day (CAMP-001).
    if isinstance(first, date) and isinstance(last, date) and first > last:
        field = "ending_date" if "ending_date" in changes else "starting_date"
        faults.add(
            field,
            "E-DATE-ORDER",
            f"The campaign would end on {last.isoformat()}, "
            f"before it starts on {first.isoformat()}.",
        )
