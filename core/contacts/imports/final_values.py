"""The values a contact has after the import, as SQL over one row of the file.

The same rules as for a contact created or changed by hand: an empty cell leaves the
value, a new person takes what is blank from its company, then the defaults fill in.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.contacts.fields import (
    ADDRESS_BLOCK,
    ADDRESS_IDENTITY,
    COMMUNICATION,
    INHERITED,
    NAME_PARTS,
    PERSON_ONLY,
)
from core.contacts.imports.staged_row import TEXT_FIELDS
from core.contacts.imports.staging_tables import matches, rows
from core.contacts.models import Contact
from core.contacts.salespeople import BLOCKED_FOR_PRIVACY
from core.setup.models import MarketingSetup
from core.vocabulary import ContactType

Company = aliased(Contact, name="company")
"The company the row names."
OldCompany = aliased(Contact, name="old_company")
"The company a known person has so far."

Final = dict[str, ColumnElement[Any]]

file = rows.c

_PLAIN_TEXTS = tuple(
    field for field in TEXT_FIELDS if field not in {"no", "company_no", "company_name"}
)
_PLAIN = (*_PLAIN_TEXTS, "correspondence_type", "exclude_from_segment")
_PARTS_GIVEN = func.num_nonnulls(*(file[part] for part in NAME_PARTS)) > 0


def of_new_company(setup: MarketingSetup, salesperson_code: str) -> Final:
    final = _given_or(dict.fromkeys(_PLAIN_TEXTS, literal("")))
    final |= _given_or(_defaults(setup, salesperson_code))
    final |= dict.fromkeys(PERSON_ONLY, literal(""))
    final["salutation_code"] = literal(setup.default_company_salutation_code)
    return final | _rest_of_new()


def of_new_person(setup: MarketingSetup, salesperson_code: str) -> Final:
    defaults = _defaults(setup, salesperson_code)
    otherwise: Final = {**dict.fromkeys(_PLAIN_TEXTS, literal("")), **defaults}
    for field in _passed_on(setup):
        company_value = _offered(field)
        blank = 0 if field == "correspondence_type" else ""
        otherwise[field] = func.coalesce(
            func.nullif(company_value, blank), otherwise[field]
        )
    if setup.inherit_address_details:
        no_address = and_(*(file[field].is_(None) for field in ADDRESS_IDENTITY))
        for field in ADDRESS_BLOCK:
            company_value = func.coalesce(getattr(Company, field), "")
            otherwise[field] = case((no_address, company_value), else_="")
    otherwise["salutation_code"] = literal(setup.default_person_salutation_code)
    final = _given_or(otherwise)
    for part in NAME_PARTS:
        split = func.coalesce(file[f"split_{part}"], "")
        given = func.coalesce(file[part], "")
        final[part] = case((_PARTS_GIVEN, given), else_=split)
    return final | _rest_of_new()


def of_known(
    kind: ContactType, setup: MarketingSetup, mapped: Collection[str]
) -> Final:
    """Only fields that can differ, seen from the file's columns."""
    final: Final = {
        field: func.coalesce(file[field], getattr(Contact, field))
        for field in _PLAIN
        if field in mapped
    }
    if kind == ContactType.PERSON and {"company_no", "company_name"} & set(mapped):
        final |= _after_a_move(setup)
    if {"name", *NAME_PARTS} & set(mapped):
        final |= _names(kind)
    return final | _privacy()


def differs(final: Final) -> ColumnElement[bool]:
    return or_(
        *(
            value.is_distinct_from(getattr(Contact, field))
            for field, value in final.items()
        )
    )


def _given_or(otherwise: Mapping[str, ColumnElement[Any]]) -> Final:
    return {field: func.coalesce(file[field], o) for field, o in otherwise.items()}


def _defaults(setup: MarketingSetup, salesperson_code: str) -> Final:
    """CONT-015."""
    return {
        "salesperson_code": literal(salesperson_code),
        "territory_code": literal(setup.default_territory_code),
        "country_region_code": literal(setup.default_country_region_code),
        "language_code": literal(setup.default_language_code),
        "correspondence_type": literal(setup.default_correspondence_type),
    }


def _passed_on(setup: MarketingSetup) -> list[str]:
    fields = [field for flag, field in INHERITED.items() if getattr(setup, flag)]
    return fields + (list(COMMUNICATION) if setup.inherit_communication_details else [])


def _offered(field: str) -> ColumnElement[Any]:
    """What people take over from the company, as in core.contacts.inheritance."""
    value: ColumnElement[Any] = getattr(Company, field)
    if field != "salesperson_code":
        return value
    return case((value.in_(BLOCKED_FOR_PRIVACY), ""), else_=value)


def _rest_of_new() -> Final:
    minor = func.coalesce(file.minor, False)
    return {
        "search_name": _search_name(file.name),
        "exclude_from_segment": func.coalesce(file.exclude_from_segment, False),
        "minor": minor,
        "parental_consent_received": func.coalesce(
            file.parental_consent_received,
            False,
        ),
        "privacy_blocked": func.coalesce(file.privacy_blocked, minor),
    }


def _names(kind: ContactType) -> Final:
    """CONT-010. A name that stays as it is keeps its parts as they are."""
    name: ColumnElement[Any] = func.coalesce(file.name, Contact.name)
    final: Final = {}
    if kind == ContactType.PERSON:
        for part in NAME_PARTS:
            own = getattr(Contact, part)
            final[part] = case(
                (_PARTS_GIVEN, func.coalesce(file[part], own)),
                (
                    file.name != Contact.name,
                    func.coalesce(file[f"split_{part}"], ""),
                ),
                else_=own,
            )
        joined = func.concat_ws(
            " ", *(func.nullif(final[part], "") for part in NAME_PARTS)
        )
        name = case((_PARTS_GIVEN, joined), else_=name)
    follows = or_(
        Contact.search_name == "", Contact.search_name == _search_name(Contact.name)
    )
    final["name"] = name
    final["search_name"] = case(
        (and_(name != Contact.name, follows), _search_name(name)),
        else_=Contact.search_name,
    )
    return final


def _search_name(
    name: ColumnElement[Any] | InstrumentedAttribute[str],
) -> ColumnElement[Any]:
    return func.left(func.upper(name), 100)


def _privacy() -> Final:
    """CONT-050, as in core.contacts.privacy."""
    minor = func.coalesce(file.minor, Contact.minor)
    consent = case(
        (
            minor,
            func.coalesce(
                file.parental_consent_received, Contact.parental_consent_received
            ),
        ),
        else_=False,
    )
    blocks = and_(
        minor,
        or_(~Contact.minor, consent != Contact.parental_consent_received),
    )
    return {
        "minor": minor,
        "parental_consent_received": consent,
        "privacy_blocked": func.coalesce(
            file.privacy_blocked, or_(Contact.privacy_blocked, blocks)
        ),
    }


def _after_a_move(setup: MarketingSetup) -> Final:
    """CONT-031; what the row gives itself wins over the company."""
    moves = and_(
        matches.c.company_id.is_not(None),
        matches.c.company_id.is_distinct_from(Contact.company_id),
    )
    taken: Final = {
        field: _offered(field)
        for flag, field in INHERITED.items()
        if getattr(setup, flag)
    }
    if setup.inherit_address_details:
        may_follow = or_(
            and_(*(getattr(Contact, field) == "" for field in ADDRESS_IDENTITY)),
            and_(
                *(
                    getattr(Contact, field) == getattr(OldCompany, field)
                    for field in ADDRESS_IDENTITY
                )
            ),
        )
        for field in ADDRESS_BLOCK:
            taken[field] = case(
                (may_follow, getattr(Company, field)), else_=getattr(Contact, field)
            )
    if setup.inherit_communication_details:
        for field in COMMUNICATION:
            own = getattr(Contact, field)
            blank = 0 if field == "correspondence_type" else ""
            agreed = or_(own == blank, own == getattr(OldCompany, field))
            taken[field] = case((agreed, getattr(Company, field)), else_=own)
    final: Final = {
        field: func.coalesce(
            file[field], case((moves, value), else_=getattr(Contact, field))
        )
        for field, value in taken.items()
    }
    final["company_id"] = func.coalesce(matches.c.company_id, Contact.company_id)
    return final
