"""The structured filter over contacts: lists, counts, criteria actions and saved
criteria all speak it.

    {"contact": {"salesperson_code": ["JR", "BC"], "no": {"from": "C0100"}},
     "mailing_group": {"code": ["GIFT"]}}

Tables and fields are combined with AND, several values of one field with OR. A contact
has to have at least one row of each other table named that meets all its conditions
(CRIT-001).
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, true

from core.errors import FaultList
from core.segments.filter_tables import TABLES, FilterTable
from core.segments.filter_values import FilterValueError, condition_on

Filters = Mapping[str, Mapping[str, object]]
"""Table name to field name to condition."""


def contacts_matching(filters: Filters) -> ColumnElement[bool]:
    """The WHERE condition on `contact`. No filter matches everybody (CRIT-005).

    Raise RefusedError naming every unknown table, field or malformed condition.
    """
    faults = FaultList()
    conditions = []
    for name, fields in filters.items():
        table = TABLES.get(name)
        if table is None:
            detail = f"There is no filter table \u201c{name}\u201d."
            _refuse(faults, f"filters.{name}", f"{detail} {_one_of(TABLES)}")
        elif fields:  # A table without a condition is no filter (CRIT-031).
            conditions.append(_having(name, table, fields, faults))
    faults.refuse_if_any()
    return and_(true(), *conditions)


def _having(
    name: str, table: FilterTable, fields: Mapping[str, object], faults: FaultList
) -> ColumnElement[bool]:
    conditions = []
    for field_name, given in fields.items():
        where = f"filters.{name}.{field_name}"
        field = table.fields.get(field_name)
        if field is None:
            detail = f"\u201c{field_name}\u201d is no field to filter by."
            _refuse(faults, where, f"{detail} {_one_of(table.fields)}")
            continue
        try:
            condition = condition_on(field.column, field.kind, given)
        except FilterValueError as error:
            _refuse(faults, where, str(error))
            continue
        conditions.append(field.of_contact(condition))
    return table.of_contact(and_(true(), *conditions))


def _refuse(faults: FaultList, where: str, detail: str) -> None:
    faults.add(where, "E-FILTER", detail)


def _one_of(names: Mapping[str, object]) -> str:
    return f"Use one of: {', '.join(names)}."
