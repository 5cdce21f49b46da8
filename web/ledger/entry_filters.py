"""The filters of the entries page, as its address carries them and as the core wants.

What is no value for its field does not narrow the list.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum

from core.vocabulary import CorrespondenceType, DeliveryState, Evaluation
from web.listing import day

LABELS = {
    "from": "From",
    "to": "To",
    "contact_no": "Contact",
    "contact_company_no": "Company",
    "salesperson_code": "Salesperson",
    "interaction_template_code": "Template",
    "interaction_group_code": "Group",
    "campaign_no": "Campaign",
    "segment_no": "Segment",
    "logged_segment_entry_no": "Logged segment",
    "correspondence_type": "Correspondence type",
    "evaluation": "Evaluation",
    "delivery_state": "E-mail",
    "canceled": "Canceled",
    "comment": "Comments",
}

_Reading = Callable[[str], object]
"""The condition of the core, or None."""


def _number(text: str) -> object:
    return [text] if text.isdecimal() and len(text) < 19 else None


def _word_of(words: type[IntEnum]) -> _Reading:
    known = {member.name.lower() for member in words if member.name != "BLANK"}
    return lambda text: [text] if text in known else None


_READINGS: Mapping[str, _Reading] = {
    "logged_segment_entry_no": _number,
    "correspondence_type": _word_of(CorrespondenceType),
    "evaluation": _word_of(Evaluation),
    "delivery_state": _word_of(DeliveryState),
    "canceled": lambda text: text == "yes",
    "comment": lambda text: text == "yes",
}


def entry_filters_of(texts: Mapping[str, str]) -> dict[str, object]:
    """The structured filter (core/ledger/entry_filter.py)."""
    filters: dict[str, object] = {}
    dates = {name: texts[name] for name in ("from", "to") if day(texts.get(name))}
    if dates:
        filters["date"] = dates
    for name, text in texts.items():
        if name in {"from", "to"}:
            continue
        condition = _READINGS[name](text) if name in _READINGS else [text]
        if condition is not None:
            filters[name] = condition
    return filters


def in_words(texts: Mapping[str, str]) -> dict[str, str]:
    spoken = {
        "correspondence_type",
        "evaluation",
        "delivery_state",
        "canceled",
        "comment",
    }
    return {
        name: text.replace("_", " ") if name in spoken else text
        for name, text in texts.items()
    }
