"""The shapes in which changes arrive: only what is named changes."""

from datetime import date, time
from decimal import Decimal
from typing import TypedDict


class SegmentChanges(TypedDict, total=False):
    """Fields of a segment header, by the names of the API."""

    description: str
    campaign_no: str
    salesperson_code: str
    date: date | None
    interaction_template_code: str
    interaction_group_code: str
    unit_cost: Decimal
    unit_duration: Decimal
    information_flow: int
    initiated_by: int
    campaign_target: bool
    campaign_response: bool
    correspondence_type_default: int
    ignore_contact_corres_type: bool
    language_code_default: str
    subject_default: str
    send_word_docs_as_attmt: bool


class LineChanges(TypedDict, total=False):
    """Own values of a line, by the names of the API. A blank is a value."""

    interaction_template_code: str
    description: str
    date: date | None
    campaign_no: str
    salesperson_code: str
    interaction_group_code: str
    cost: Decimal
    duration: Decimal
    information_flow: int
    initiated_by: int
    campaign_target: bool
    campaign_response: bool
    correspondence_type: int
    language_code: str
    subject: str
    contact_alt_address_code: str
    evaluation: int
    time_of_interaction: time | None
    attempt_failed: bool
    contact_via: str
