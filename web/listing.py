"""The filters of a list page: read from its address, shown as chips, kept by paging."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import request

from web.forms import whole_number

Chip = tuple[str, str, str]
"""What is filtered, the value in words, the address without this filter."""

PAGE = 50
PLACES = ("before", "after")
"""Parameters that say where a page begins; another filter begins again."""


def given(*names: str) -> dict[str, str]:
    """The filters in force; a blank one is none."""
    texts = {name: request.args.get(name, "").strip() for name in names}
    # No record carries the sign, and the database cannot be asked for it.
    return {name: text for name, text in texts.items() if text and "\0" not in text}


def address(**changes: object) -> str:
    """Where this page is with these parameters; None takes one away."""
    parameters = request.args.to_dict() | changes
    kept = {
        name: value for name, value in parameters.items() if value not in ("", None)
    }
    return f"{request.path}?{urlencode(kept)}"


def first_page() -> str | None:
    """The address of the first page, when this is a later one."""
    if any(request.args.get(place) for place in PLACES):
        return address(**dict.fromkeys(PLACES))
    return None


def chips(filters: Mapping[str, str], labels: Mapping[str, str]) -> list[Chip]:
    """`filters`: the value in words of each filter in force."""
    begin_again: dict[str, object] = dict.fromkeys(PLACES)
    return [
        (labels[name], words, address(**(begin_again | {name: None})))
        for name, words in filters.items()
    ]


def position(name: str) -> int | None:
    """The number a page begins behind; nonsense begins at the start."""
    return whole_number(request.args.get(name, ""))


def day(text: str | None) -> date | None:
    """The day of a filter; what is no day does not narrow the list."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
