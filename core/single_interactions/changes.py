"""What is said of a single interaction, and what it was opened with."""

from dataclasses import asdict, dataclass
from datetime import date as day
from datetime import time
from decimal import Decimal
from typing import TypedDict


class InteractionChanges(TypedDict, total=False):
    """What is left out is proposed; a blank is a value."""

    contact_no: str
    interaction_template_code: str
    description: str
    salesperson_code: str
    interaction_language_code: str
    date: day | None
    time_of_interaction: time | None
    correspondence_type: int
    information_flow: int
    initiated_by: int
    contact_alt_address_code: str
    contact_via: str
    campaign_no: str
    campaign_target: bool
    campaign_response: bool
    evaluation: int
    attempt_failed: bool
    cost: Decimal
    "In the local currency, not negative."
    duration: Decimal
    "Minutes, not negative."
    comment: str
    "Written below those it has."


FIELDS = tuple(InteractionChanges.__optional_keys__)

BLANK: InteractionChanges = {
    "contact_no": "",
    "interaction_template_code": "",
    "description": "",
    "salesperson_code": "",
    "interaction_language_code": "",
    "date": None,
    "time_of_interaction": None,
    "correspondence_type": 0,
    "information_flow": 0,
    "initiated_by": 0,
    "contact_alt_address_code": "",
    "contact_via": "",
    "campaign_no": "",
    "campaign_target": False,
    "campaign_response": False,
    "evaluation": 0,
    "attempt_failed": False,
    "cost": Decimal(0),
    "duration": Decimal(0),
    "comment": "",
}


@dataclass(frozen=True, slots=True)
class OpenedFrom:
    """The records that Create Interaction was called from (WIZ-001…003): these values
    stand, and nobody chooses others."""

    contact_no: str = ""
    salesperson_code: str = ""
    campaign_no: str = ""

    def locked(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}
