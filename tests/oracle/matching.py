"""Who matches a filter, asked contact by contact (CRIT-001…003, CRIT-005)."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tests.oracle.crowd import Crowd, Entry, Filters, Somebody

EVALUATIONS = ("", "very_positive", "positive", "neutral", "negative", "very_negative")


def matches(crowd: Crowd, somebody: Somebody, filters: Filters) -> bool:
    """Every table has one row at least that meets all conditions on the table."""
    return all(
        any(_meets(row, conditions) for row in _ROWS[table](crowd, somebody))
        for table, conditions in filters.items()
        if conditions
    )


def matching(crowd: Crowd, filters: Filters) -> set[int]:
    return {
        somebody.id
        for somebody in crowd.contacts.values()
        if matches(crowd, somebody, filters)
    }


Row = Mapping[str, object]


def _contact(crowd: Crowd, somebody: Somebody) -> Iterable[Row]:
    company = crowd.contacts[somebody.company] if somebody.company else None
    yield {
        "no": somebody.no,
        "name": somebody.name,
        "type": "company" if somebody.is_company else "person",
        "salesperson_code": somebody.salesperson,
        "exclude_from_segment": somebody.is_excluded,
        "privacy_blocked": somebody.is_blocked,
        # Nothing is true of the company of somebody who has none.
        "company_no": company.no if company else None,
        "company_name": company.name if company else None,
    }


def _mailing_group(_: Crowd, somebody: Somebody) -> Iterable[Row]:
    return ({"code": code} for code in somebody.mailing_groups)


def _industry_group(crowd: Crowd, somebody: Somebody) -> Iterable[Row]:
    """People have those of their company."""
    if somebody.company is None:
        return ()
    return ({"code": code} for code in crowd.contacts[somebody.company].industries)


def _entries(crowd: Crowd, somebody: Somebody) -> Iterable[Row]:
    """Those made with the company the contact has now; canceled ones count."""
    return (
        _of_entry(entry)
        for entry in crowd.entries
        if entry.contact == somebody.id and entry.company == somebody.company
    )


def _of_entry(entry: Entry) -> Row:
    return {
        "campaign_no": entry.campaign,
        "date": entry.date,
        "evaluation": EVALUATIONS[entry.evaluation],
        "canceled": entry.is_canceled,
        "logged_segment_entry_no": entry.logged_segment,
    }


_ROWS: Mapping[str, Callable[[Crowd, Somebody], Iterable[Row]]] = {
    "contact": _contact,
    "mailing_group": _mailing_group,
    "industry_group": _industry_group,
    "interaction_log_entry": _entries,
}


def _meets(row: Row, conditions: Mapping[str, object]) -> bool:
    return all(_holds(row[name], wanted) for name, wanted in conditions.items())


def _holds(value: object, wanted: object) -> bool:
    if value is None:
        return False
    if isinstance(wanted, Mapping):
        return all(_compares(value, how, bound) for how, bound in wanted.items())
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(value == _like(value, choice) for choice in choices)


def _compares(value: Any, how: str, bound: object) -> bool:
    other: Any = _like(value, bound)
    if how == "contains":
        return other.lower() in value.lower()
    return bool(_OPERATIONS[how](value, other))


_OPERATIONS = {"from": operator.ge, "to": operator.le, "ne": operator.ne}


def _like(value: object, written: object) -> object:
    """What a condition says, as the kind of thing it is compared with."""
    if isinstance(value, bool):
        return written
    if isinstance(value, date):
        return date.fromisoformat(str(written))
    if isinstance(value, int):
        return int(str(written))
    return written
