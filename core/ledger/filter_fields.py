"""A structured filter over the rows of one table."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement

from core.errors import FaultList
from core.segments.filter_values import Column, FilterValueError, Kind
from core.segments.filter_values import condition_on as condition

Fields = Mapping[str, tuple[Column, Kind]]
"""What may be filtered by: the column, and what kind of values it has."""


def rows_matching(
    fields: Fields, filters: Mapping[str, object]
) -> list[ColumnElement[bool]]:
    """All of the conditions must hold. Raise RefusedError E-FILTER naming every
    unknown field or malformed condition."""
    faults = FaultList()
    found: list[ColumnElement[bool]] = []
    for name, given in filters.items():
        if name not in fields:
            detail = f"“{name}” is no field to filter by. Use: {', '.join(fields)}."
            faults.add(name, "E-FILTER", detail)
            continue
        try:
            found.append(condition(*fields[name], given))
        except FilterValueError as error:
            faults.add(name, "E-FILTER", str(error))
    faults.refuse_if_any()
    return found
