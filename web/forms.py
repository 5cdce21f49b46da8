"""Between a posted form and a page that shows it again with its faults."""

from typing import NamedTuple

from flask import request

from core.errors import RollcallError


class Refusal(NamedTuple):
    """What a form page shows above and beside its fields."""

    headline: str = ""
    by_field: dict[str, str] = {}  # noqa: RUF012  (never changed)


NO_REFUSAL = Refusal()


def refusal_of(error: RollcallError) -> Refusal:
    by_field: dict[str, str] = {}
    for fault in error.faults:
        # A form has its labels: the API's own name of the field is not repeated.
        detail = fault.detail.removeprefix(f"{fault.field}: ")
        by_field.setdefault(fault.field or "", detail)
    return Refusal(_as_read(error.detail), by_field)


def _as_read(detail: str) -> str:
    """`unit_cost: Must be …` as `Unit cost: Must be …`."""
    name, colon, rest = detail.partition(": ")
    if colon and name.isidentifier():
        return name.replace("_", " ").capitalize() + colon + rest
    return detail


def typed() -> dict[str, str]:
    """The posted values as they were typed, trimmed; passwords stay as they are."""
    return {
        name: value if "password" in name else value.strip()
        for name, value in request.form.items()
        if name != "csrf_token"
    }
