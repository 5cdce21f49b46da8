"""The structured filter over contacts that criteria actions are built from.

    {"contact": {"salesperson_code": ["JR", "BC"], "no": {"from": "C0100"},
                 "name": {"contains": "berg"}}}

Conditions on different fields are combined with AND, several values of one field
with OR. Field names come from a fixed list, never from the text (TRAP-10).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.contacts.models import Contact
from core.errors import FaultList
from core.vocabulary import ContactType

Company = aliased(Contact, name="company_of_contact")

_CODE_FIELDS: Mapping[str, InstrumentedAttribute[str]] = {
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
_RANGE_WORDS = ("from", "to", "contains", "ne")

Filters = Mapping[str, Mapping[str, object]]
"""Table name to field name to condition."""

FILTER_FIELDS = (*_CODE_FIELDS, "type", "company_no", "company_name")


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
    if name in {"company_no", "company_name"}:
        column = Company.no if name == "company_no" else Company.name
        inner = _matches(column, condition, where, faults)
        return Contact.company_id.in_(select(Company.id).where(inner))
    if name in _CODE_FIELDS:
        return _matches(_CODE_FIELDS[name], condition, where, faults)
    faults.add(
        where,
        "E-FILTER",
        f"Contacts cannot be filtered by \u201c{name}\u201d. "
        f"Use one of: {', '.join(FILTER_FIELDS)}.",
    )
    return false()


def _type_is(condition: object, where: str, faults: FaultList) -> ColumnElement[bool]:
    words = {kind.name.lower(): kind for kind in ContactType}
    chosen = [condition] if isinstance(condition, str) else condition
    if not isinstance(chosen, Sequence) or not set(chosen) <= set(words):
        faults.add(where, "E-FILTER", "Type is company or person.")
        return false()
    return Contact.type.in_([int(words[word]) for word in chosen])


def _matches(
    column: InstrumentedAttribute[str], condition: object, where: str, faults: FaultList
) -> ColumnElement[bool]:
    if isinstance(condition, str):
        return column == condition
    if isinstance(condition, Mapping):
        return _by_words(column, condition, where, faults)
    if isinstance(condition, Sequence) and all(
        isinstance(value, str) for value in condition
    ):
        return column.in_(list(condition))
    faults.add(where, "E-FILTER", "Give a text, a list of texts, or from/to/contains.")
    return false()


def _by_words(
    column: InstrumentedAttribute[str],
    condition: Mapping[str, object],
    where: str,
    faults: FaultList,
) -> ColumnElement[bool]:
    texts = {word: value for word, value in condition.items() if isinstance(value, str)}
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
    return or_(and_(*parts))
