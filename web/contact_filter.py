"""A structured filter over contacts as it stands in an address: `filter=` with JSON."""

import json
from collections.abc import Mapping
from typing import Any

from core.errors import Fault, RefusedError

PARAMETER = "filter"

Filters = dict[str, dict[str, Any]]


def filters_given(text: str) -> Filters:
    """The filter written there; a blank is none. RefusedError E-FILTER for what is no
    filter at all; the core judges its tables, fields and values."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half characters
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(fields, dict) for fields in found.values()
    ):
        detail = (
            "The filter must be a JSON object of tables, each with its fields, such as "
            '{"contact": {"salesperson_code": ["JR"]}}.'
        )
        fault = Fault("E-FILTER", detail, field=PARAMETER)
        raise RefusedError(fault.code, detail, faults=(fault,))
    return found


def written(filters: Mapping[str, Mapping[str, object]]) -> str:
    """As short as it can be in an address; blank when there is no filter."""
    kept = {table: fields for table, fields in filters.items() if fields}
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False) if kept else ""


def merged(*several: Mapping[str, Mapping[str, object]]) -> Filters:
    """All of them at once; of two conditions on one field the later stays."""
    found: Filters = {}
    for filters in several:
        for table, fields in filters.items():
            found.setdefault(table, {}).update(fields)
    return found


def without(
    filters: Mapping[str, Mapping[str, object]], table: str, *fields: str
) -> Filters:
    return {
        name: {
            key: value
            for key, value in of_table.items()
            if name != table or key not in fields
        }
        for name, of_table in filters.items()
    }
