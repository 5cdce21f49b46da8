"""The structured filter over contacts that criteria actions are built from.

    {"contact": {"salesperson_code": ["JR", "BC"], "no": {"from": "C0100"},
                 "name": {"contains": "berg"}}}

Conditions on different fields are combined with AND, several values of one field
with OR. Field names come from a fixed list, never from the text (TRAP-10).
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    any_,
    cast,
    false,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.contacts.models import Contact
from core.errors import FaultList
from core.vocabulary import ContactType

Company = aliased(Contact, name="company_of_contact")

_TEXT_FIELDS: Mapping[str, InstrumentedAttribute[str]] = {
    "no": Contact.no,
    "name": Contact.name,
    "search_name": Contact.search_name,
    "salesperson_code": Contact.salesperson_code,
    "territory_code": Contact.territory_code,
    "language_code": Contact.language_code,
    "post_code": Contact.post_code,
    "city": Contact.city,
    "country_region_code": Contact.country_region_code,
    "email": Contact.email,
}
_TYPED_IN_ANY_CASE = frozenset({"name", "company_name", "city", "email"})
"""Fields kept as they were typed. All others are codes, kept in capitals."""

_RANGE_WORDS = ("from", "to", "contains", "ne")

_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Filters = Mapping[str, Mapping[str, object]]
"""Table name to field name to condition."""

FILTER_FIELDS = (*_TEXT_FIELDS, "type", "company_no", "company_name")


def contacts_matching(
    filters: Filters,
) -> ColumnElement[bool]:
    """The WHERE condition on `contact`. No filter matches everybody (CRIT-005).

    Raise RefusedError naming every unknown table, field or malformed condition.
    """
    faults = FaultList()
    conditions: list[ColumnElement[bool]] = []
    for table, fields in filters.items():
        if table != "contact":
            faults.add(
                f"filters.{table}",
                "E-FILTER",
                f"There is no filter table \u201c{table}\u201d. Use: contact.",
            )
            continue
        for name, condition in fields.items():
            conditions.append(_condition(name, condition, faults))
    faults.refuse_if_any()
    return and_(true(), *conditions)


def _condition(name: str, condition: object, faults: FaultList) -> ColumnElement[bool]:
    where = f"filters.contact.{name}"
    if name == "type":
        return _type_is(condition, where, faults)
    kept_as = str if name in _TYPED_IN_ANY_CASE else _code
    if name in {"company_no", "company_name"}:
        column = Company.no if name == "company_no" else Company.name
        inner = _matches(column, condition, kept_as, where, faults)
        return Contact.company_id.in_(select(Company.id).where(inner))
    if name in _TEXT_FIELDS:
        return _matches(_TEXT_FIELDS[name], condition, kept_as, where, faults)
    faults.add(
        where,
        "E-FILTER",
        f"Contacts cannot be filtered by \u201c{name}\u201d. "
        f"Use one of: {', '.join(FILTER_FIELDS)}.",
    )
    return false()


def _code(text: str) -> str:
    return text.strip().upper()


def _type_is(condition: object, where: str, faults: FaultList) -> ColumnElement[bool]:
    words = {kind.name.lower(): kind for kind in ContactType}
    chosen = _texts(condition)
    if chosen is None or not set(chosen) <= set(words):
        faults.add(where, "E-FILTER", "Type is company or person.")
        return false()
    return Contact.type.in_([int(words[word]) for word in chosen])


def _matches(
    column: InstrumentedAttribute[str],
    condition: object,
    kept_as: Callable[[str], str],
    where: str,
    faults: FaultList,
) -> ColumnElement[bool]:
    if isinstance(condition, Mapping):
        return _by_words(column, condition, kept_as, where, faults)
    texts = _texts(condition)
    if texts is None:
        faults.add(
            where, "E-FILTER", "Give a text, a list of texts, or from/to/contains."
        )
        return false()
    # One parameter, however many texts there are.
    return column == any_(literal([kept_as(text) for text in texts], ARRAY(String)))


def _texts(condition: object) -> Sequence[str] | None:
    """The texts of a condition; None where it is neither a text nor a list of some."""
    texts = [condition] if isinstance(condition, str) else condition
    if not isinstance(texts, list) or not texts or not all(map(_is_text, texts)):
        return None
    return texts


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not _UNSTORABLE.search(value)


def _by_words(
    column: InstrumentedAttribute[str],
    condition: Mapping[str, object],
    kept_as: Callable[[str], str],
    where: str,
    faults: FaultList,
) -> ColumnElement[bool]:
    texts = {
        word: kept_as(str(text)) for word, text in condition.items() if _is_text(text)
    }
    if not texts or set(texts) != set(condition) or not set(texts) <= set(_RANGE_WORDS):
        faults.add(
            where, "E-FILTER", f"Use texts under {', '.join(_RANGE_WORDS)} only."
        )
        return false()
    parts: list[ColumnElement[bool]] = []
    if "from" in texts:
        parts.append(column >= texts["from"])
    if "to" in texts:
        parts.append(column <= texts["to"])
    if "ne" in texts:
        parts.append(column != texts["ne"])
    if "contains" in texts:
        parts.append(cast(column, String).icontains(texts["contains"], autoescape=True))
    return and_(*parts)
