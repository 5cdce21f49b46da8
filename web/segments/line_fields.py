"""The values of a line: what they are called and how they look."""

from typing import Any

from web.layout import minutes, money, word
from web.segments.forms import FLAGS, MONEY, WORDS, as_typed

LABELS = {
    "interaction_template_code": "Template",
    "description": "Description",
    "date": "Date",
    "time_of_interaction": "Time",
    "campaign_no": "Campaign",
    "salesperson_code": "Salesperson",
    "cost": "Cost",
    "duration": "Minutes",
    "correspondence_type": "Correspondence type",
    "language_code": "Language",
    "subject": "Subject",
    "contact_alt_address_code": "Alternative address",
    "contact_via": "Contact via",
    "information_flow": "Information flow",
    "initiated_by": "Initiated by",
    "interaction_group_code": "Interaction group",
    "evaluation": "Evaluation",
    "attempt_failed": "Attempt failed",
    "campaign_target": "Campaign target",
    "campaign_response": "Campaign response",
}

OWN_LABELS = LABELS | {"attachment_id": "Attachment"}
"""Of every value a line may have itself; the attachment has a form of its own."""

ONLY_ON_LINES = frozenset(
    {"time_of_interaction", "contact_via", "evaluation", "attempt_failed"}
)
"""What neither header nor template nor contact says."""


def as_read(name: str, value: Any) -> str:  # noqa: ANN401  (any value of a line)
    """The value as a person reads it; blank is blank."""
    if name in FLAGS:
        return "yes" if value else "no"
    if name in WORDS:
        return word(as_typed(name, value))
    if name in MONEY:
        return money(value)
    if name == "duration":
        return minutes(value)
    return as_typed(name, value)
