"""Which interaction log entries are meant, by the structured filter (CRIT-002).

    {"segment_no": ["SM00001"], "date": {"from": "2026-01-01"}, "contact_no": "C1"}

A page, a program and a job speak it, so that each of them means the same entries.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, any_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.contacts.models import Contact
from core.errors import FaultList
from core.interactions.models import Delivery, InteractionLogEntry
from core.interactions.queries import has_comment
from core.segments.filter_tables import TABLES
from core.segments.filter_values import (
    CODE,
    FLAG,
    NUMBER,
    Column,
    FilterValueError,
    Kind,
    words,
)
from core.segments.filter_values import condition_on as condition
from core.vocabulary import DeliveryState

Entry = InteractionLogEntry

EntryFilters = Mapping[str, object]
"""Field name to condition."""

_OF_CONTACTS: Mapping[str, InstrumentedAttribute[int | None]] = {
    "contact_no": Entry.contact_id,
    "contact_company_no": Entry.contact_company_id,
}
_COLUMNS: Mapping[str, tuple[Column, Kind]] = {
    "entry_no": (Entry.entry_no, NUMBER),
    **{
        name: (field.column, field.kind)
        for name, field in TABLES["interaction_log_entry"].fields.items()
    },
}
DELIVERY_STATE = "delivery_state"

COMMENT = "comment"

FIELDS = (*_COLUMNS, *_OF_CONTACTS, DELIVERY_STATE, COMMENT)


def entries_matching(filters: EntryFilters) -> ColumnElement[bool]:
    """The WHERE condition on interaction_log_entry, without postponed ones (INT-001).
    No filter matches all.

    Raise RefusedError E-FILTER naming every unknown field or malformed condition.
    """
    faults = FaultList()
    found: list[ColumnElement[bool]] = [Entry.postponed.is_(False)]
    for name, given in filters.items():
        try:
            found.append(_condition(name, given))
        except FilterValueError as error:
            faults.add(name, "E-FILTER", str(error))
    faults.refuse_if_any()
    return and_(*found)


def _condition(name: str, given: object) -> ColumnElement[bool]:
    if name in _COLUMNS:
        return condition(*_COLUMNS[name], given)
    if name == DELIVERY_STATE:
        states = condition(Delivery.state, words(DeliveryState), given)
        return Entry.entry_no.in_(select(Delivery.entry_no).where(states))
    if name == COMMENT:
        # Not compared with the value, so that the few commented ones are found first.
        return has_comment() if _flag(given) else ~has_comment()
    if name not in _OF_CONTACTS:
        offered = ", ".join(FIELDS)
        raise FilterValueError(f"“{name}” is no field to filter by. Use: {offered}.")
    # Looked up once and first, so that the index over the contact is used.
    ids = select(Contact.id).where(condition(Contact.no, CODE, given))
    return _OF_CONTACTS[name] == any_(func.array(ids.scalar_subquery()))


def _flag(given: object) -> bool:
    if isinstance(given, bool):
        return given
    raise FilterValueError(f"Expected {FLAG.expects}.")
