"""Between the forms of a segment and the API's models: texts here, values there.

A form remembers in `was` what it showed. Only what the person changed is applied, so
two people who edit different fields at once both get what they wanted, and a field
that a newly chosen template fills is not overwritten by what stood there before.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import time
from decimal import Decimal
from enum import IntEnum

from werkzeug.exceptions import BadRequest

from core.vocabulary import (
    CorrespondenceType,
    Evaluation,
    InformationFlow,
    InitiatedBy,
)

WORDS: Mapping[str, type[IntEnum]] = {
    "information_flow": InformationFlow,
    "initiated_by": InitiatedBy,
    "correspondence_type": CorrespondenceType,
    "correspondence_type_default": CorrespondenceType,
    "evaluation": Evaluation,
}
FLAGS = frozenset(
    {
        "campaign_target",
        "campaign_response",
        "ignore_contact_corres_type",
        "attempt_failed",
    }
)
MONEY = frozenset({"unit_cost", "cost"})


def as_typed(name: str, value: object) -> str:
    """The value as a control holds it."""
    if value is None:
        return ""
    if name in FLAGS:
        return "yes" if value else ""
    if name in WORDS:
        word = WORDS[name](int(str(value))).name.lower()
        return "" if word == "blank" else word
    if isinstance(value, Decimal):
        return f"{value:.2f}" if name in MONEY else f"{value.normalize():f}"
    if isinstance(value, time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    return str(value)


def remembered(values: Mapping[str, str], names: Iterable[str]) -> str:
    """What the form shows, for its field `was`."""
    return json.dumps({name: values[name] for name in names})


def what_was(form: Mapping[str, str]) -> dict[str, str]:
    try:
        was = json.loads(form.get("was", ""))
    except ValueError:
        was = None
    if not isinstance(was, dict):
        raise BadRequest("This form is incomplete. Load the page again.")
    return {str(name): str(value) for name, value in was.items()}


def changed(form: Mapping[str, str]) -> dict[str, object]:
    """The fields whose text is another one now, as input for the API's model."""
    return {
        name: as_input(name, form.get(name, ""))
        for name, before in what_was(form).items()
        if form.get(name, "") != before.strip()
    }


def as_input(name: str, text: str) -> object:
    """As the API takes it, where a blank is null."""
    return text == "yes" if name in FLAGS else text or None
