"""Between a posted form and a page that shows it again with its faults."""

from typing import NamedTuple

from flask import request

from core.errors import ConflictError, Fault, RollcallError


class Refusal(NamedTuple):
    """What a form page shows above and beside its fields."""

    headline: str = ""
    by_field: dict[str, str] = {}  # noqa: RUF012  (never changed)


NO_REFUSAL = Refusal()


def refusal_of(error: RollcallError) -> Refusal:
    by_field: dict[str, str] = {}
    headline = error.detail
    for fault in error.faults:
        by_field.setdefault(fault.field or "", _without_name(fault))
        if fault.detail == error.detail:
            headline = _with_label(fault)
    return Refusal(headline, by_field)


def whole_number(text: str) -> int | None:
    """What a form carries along; nonsense was not said."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def status_of(error: RollcallError) -> int:
    """Of a page that shows its form again."""
    return 409 if isinstance(error, ConflictError) else 422


def _without_name(fault: Fault) -> str:
    """A form has its labels: the API's own name of the field is not repeated."""
    detail = fault.detail.removeprefix(f"{fault.field}: ")
    return detail.replace(f" ({fault.field}).", ".")


def _with_label(fault: Fault) -> str:
    """`unit_cost: Must be …` as `Unit cost: Must be …`."""
    detail = _without_name(fault)
    if fault.field and fault.detail.startswith(f"{fault.field}: "):
        return f"{fault.field.replace('_', ' ').capitalize()}: {detail}"
    return detail


def typed() -> dict[str, str]:
    """The posted values as they were typed, trimmed; passwords stay as they are."""
    return {
        name: value if "password" in name else value.strip()
        for name, value in request.form.items()
        if name != "csrf_token"
    }
