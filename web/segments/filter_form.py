"""Between the form that asks which contacts and the structured filter of the core.

The form has a few fields that most filters are made of, and below them any number of
conditions: a field of a table, a comparison, values. A blank one says nothing. Every
filter can be shown as a form again, so a filter in an address opens the form filled.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from core.errors import FaultList
from core.segments.filter_tables import TABLES
from core.segments.filter_values import DAY, FLAG
from web.contact_filter import PARAMETER, Filters, filters_given
from web.forms import Refusal

Form = MultiDict[str, str]

QUICK = {
    "salesperson_code": ("contact", "salesperson_code", "any"),
    "territory_code": ("contact", "territory_code", "any"),
    "language_code": ("contact", "language_code", "any"),
    "type": ("contact", "type", "any"),
    "name": ("contact", "name", "contains"),
    "company_name": ("contact", "company_name", "contains"),
    "city": ("contact", "city", "contains"),
    "no_from": ("contact", "no", "from"),
    "no_to": ("contact", "no", "to"),
    "mailing_group": ("mailing_group", "code", "any"),
    "industry_group": ("industry_group", "code", "any"),
    "business_relation": ("business_relation", "code", "any"),
    "job_responsibility": ("job_responsibility", "code", "any"),
    "entry_campaign": ("interaction_log_entry", "campaign_no", "any"),
    "entry_template": ("interaction_log_entry", "interaction_template_code", "any"),
    "entry_evaluation": ("interaction_log_entry", "evaluation", "any"),
    "entry_from": ("interaction_log_entry", "date", "from"),
    "entry_to": ("interaction_log_entry", "date", "to"),
}
"""The fields above the conditions: table and field of the filter, and how it is
compared."""

FURTHER = tuple(name for name, place in QUICK.items() if place[0] != "contact")

ANSWER = ("profile_answer", "answer")
"""A question's answer: questionnaire and line number at once, as `CODE:20000`."""

BLANK = '""'
"""How the blank is written among other values."""

MOST_ROWS = 60

_ROW = re.compile(r"row([0-9]{1,4})_where")


class Row(NamedTuple):
    """A condition as it stands in the form."""

    table: str
    field: str
    how: str
    "any, ne, contains, from, to; blank and filled take no values."
    values: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return f"{self.table}.{self.field}"


class FilterForm(NamedTuple):
    quick: Mapping[str, str]
    rows: tuple[Row, ...]


def read_form(given: Form) -> FilterForm:
    """What was typed; `filter=` in the address fills the form first. Raise
    RefusedError E-FILTER where that is no filter."""
    asked = form_of(filters_given(given.get(PARAMETER, "")))
    typed = {name: given.get(name, "").strip() for name in QUICK}
    quick = dict(asked.quick) | {name: text for name, text in typed.items() if text}
    return FilterForm(quick, (*asked.rows, *typed_rows(given)))


def typed_rows(given: Form) -> tuple[Row, ...]:
    numbers = sorted(int(match[1]) for name in given if (match := _ROW.fullmatch(name)))
    rows = []
    for number in numbers[:MOST_ROWS]:
        table, _, field = given[f"row{number}_where"].partition(".")
        how = given.get(f"row{number}_how", "any")
        texts = given.getlist(f"row{number}_values")
        rows.append(Row(table, field, how, tuple(_values(texts))))
    return tuple(rows)


def _values(texts: Iterable[str]) -> list[str]:
    """One on each line."""
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line]


def new_rows(where: str) -> tuple[Row, ...]:
    """The conditions that begin when a person chooses this field."""
    table, _, field = where.partition(".")
    if (table, field) == ANSWER:
        return (Row(table, field, "any"),)
    known = TABLES.get(table)
    if known is None or field not in known.fields:
        return ()
    if known.fields[field].kind is DAY:
        return (Row(table, field, "from"), Row(table, field, "to"))
    how = "any" if "ne" in known.fields[field].kind.operators else "contains"
    if known.fields[field].kind is FLAG:
        how = "any"
    return (Row(table, field, how),)


# --- to the filter ------------------------------------------------------------------


def filters_of(form: FilterForm) -> Filters:
    """Raise RefusedError naming the condition that cannot be kept."""
    filters: Filters = {}
    faults = FaultList()
    for name, text in form.quick.items():
        table, field, how = QUICK[name]
        if text:
            row = Row(table, field, how, (text,))
            _add(filters, row, _condition(row), name, faults)
    for number, row in enumerate(form.rows):
        name = f"row{number}_values"
        if row.how not in {"blank", "filled"} and not row.values:
            continue
        if (row.table, row.field) == ANSWER:
            _add_answer(filters, row, name, faults)
        elif row.how in {"from", "to"} and len(row.values) > 1:
            faults.add(name, "E-FILTER", "Give one value to begin or to end with.")
        else:
            _add(filters, row, _condition(row), name, faults)
    faults.refuse_if_any()
    return filters


def _condition(row: Row) -> Any:  # noqa: ANN401  (any condition)
    values = ["" if value == BLANK else value for value in row.values]
    if row.how == "blank":
        return [""]
    if row.how == "filled":
        return {"ne": ""}
    if row.how == "any":
        return values[0] == "yes" if _is_flag(row) else values
    return {row.how: values[0] if len(values) == 1 else values}


def _is_flag(row: Row) -> bool:
    table = TABLES.get(row.table)
    field = table.fields.get(row.field) if table else None
    return field is not None and field.kind is FLAG


def _add(
    filters: Filters, row: Row, condition: object, name: str, faults: FaultList
) -> None:
    fields = filters.setdefault(row.table, {})
    there = fields.get(row.field)
    if there is None:
        fields[row.field] = condition
    elif (
        isinstance(there, dict)
        and isinstance(condition, dict)
        and not there.keys() & condition.keys()
    ):
        fields[row.field] = there | condition
    else:
        faults.add(
            name,
            "E-FILTER",
            "There is another condition on this field already. Put all values into one.",
        )


def _add_answer(filters: Filters, row: Row, name: str, faults: FaultList) -> None:
    pairs = [value.rpartition(":") for value in row.values]
    codes = {code for code, _, _ in pairs}
    if len(codes) > 1:
        detail = "Choose answers of one questionnaire."
        faults.add(name, "E-FILTER", detail)
        return
    of_questionnaire = Row(row.table, "questionnaire_code", "any")
    _add(filters, of_questionnaire, [*codes], name, faults)
    lines = Row(row.table, "line_no", "any")
    _add(filters, lines, [line_no for _, _, line_no in pairs], name, faults)


# --- from the filter ----------------------------------------------------------------


def form_of(filters: Mapping[str, Mapping[str, object]]) -> FilterForm:
    """The form that says this filter."""
    quick: dict[str, str] = {}
    rows: list[Row] = []
    for table, fields in filters.items():
        left = dict(fields)
        if table == ANSWER[0] and (row := _answer_row(left)):
            rows.append(row)
            left.clear()
        for field, condition in left.items():
            for row in _rows(table, field, condition):
                name = _quick_name(row)
                if name and name not in quick:
                    quick[name] = row.values[0]
                else:
                    rows.append(row)
    return FilterForm(quick, tuple(rows))


def _answer_row(fields: Mapping[str, object]) -> Row | None:
    if fields.keys() != {"questionnaire_code", "line_no"}:
        return None
    codes, lines = (_listed(fields[name]) for name in ("questionnaire_code", "line_no"))
    if codes is None or lines is None or len(codes) != 1:
        return None
    return Row(*ANSWER, "any", tuple(f"{codes[0]}:{line}" for line in lines))


def _listed(condition: object) -> list[str] | None:
    """The texts of a condition that is a value or a list of them."""
    if isinstance(condition, dict):
        return None
    values = condition if isinstance(condition, list) else [condition]
    return [_spelled(value) for value in values]


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return BLANK if value == "" else str(value)


def _rows(table: str, field: str, condition: object) -> list[Row]:
    if (listed := _listed(condition)) is not None:
        blank = listed == [BLANK]
        return [
            Row(
                table,
                field,
                "blank" if blank else "any",
                () if blank else tuple(listed),
            )
        ]
    rows = []
    for how, value in condition.items():  # type: ignore[attr-defined]
        filled = how == "ne" and value == ""
        values = () if filled else tuple(_listed(value) or ())
        rows.append(Row(table, field, "filled" if filled else how, values))
    return rows


def _quick_name(row: Row) -> str | None:
    if len(row.values) != 1 or row.values[0] == BLANK:
        return None
    place = (row.table, row.field, row.how)
    return next((name for name, there in QUICK.items() if there == place), None)


# --- faults -------------------------------------------------------------------------


def located(refusal: Refusal, form: FilterForm) -> Refusal:
    """The core names `filters.contact.no`; the form has its own fields for that."""
    names = {
        f"filters.{table}.{field}": name
        for name, (table, field, _) in QUICK.items()
        if form.quick.get(name)
    }
    for number, row in enumerate(form.rows):
        field = "line_no" if (row.table, row.field) == ANSWER else row.field
        names[f"filters.{row.table}.{field}"] = f"row{number}_values"
    return Refusal(
        refusal.headline,
        {names.get(name, name): fault for name, fault in refusal.by_field.items()},
    )
