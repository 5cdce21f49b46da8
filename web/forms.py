"""Between a posted form and a page that shows it again with its faults."""

from typing import NamedTuple

from flask import request

from core.errors import RefusedError


class Refusal(NamedTuple):
    """What a form page shows above and beside its fields."""

    headline: str = ""
    by_field: dict[str, str] = {}  # noqa: RUF012  (never changed)


NO_REFUSAL = Refusal()


def refusal_of(error: RefusedError) -> Refusal:
    by_field: dict[str, str] = {}
    for fault in error.faults:
        by_field.setdefault(fault.field or "", fault.detail)
    return Refusal(error.detail, by_field)


def typed() -> dict[str, str]:
    """The posted values as they were typed, trimmed; passwords stay as they are."""
    return {
        name: value if "password" in name else value.strip()
        for name, value in request.form.items()
        if name != "csrf_token"
    }
