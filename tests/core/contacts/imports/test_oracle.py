"""A file does to contacts what a person would do by hand, one contact at a time."""

from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.contacts.change_contact import change_contact
from core.contacts.create_contact import create_contact
from core.contacts.fields import INHERITED
from core.contacts.models import Contact
from core.errors import RefusedError
from core.setup.models import MarketingSetup, Territory
from core.vocabulary import ContactType, CorrespondenceType
from tests import factories
from tests.factories import actor
from tests.support.imports import as_csv, import_file

FLAGS = (*INHERITED, "inherit_address_details", "inherit_communication_details")
TEXTS = {
    "salesperson_code": ["", "JR", "BC", "OF"],
    "territory_code": ["", "N", "S"],
    "country_region_code": ["", "GB"],
    "address": ["", "1 High Street", "2 Low Street"],
    "city": ["", "Bath", "York"],
    "county": ["", "Avon"],
    "phone_no": ["", "1", "2"],
    "email": ["", "a@example.com", "b@example.com"],
    "home_page": ["", "x"],
}
YES_OR_NO = {"yes": True, "no": False, "": None}
COMPARED = (
    *TEXTS,
    "name",
    "first_name",
    "middle_name",
    "surname",
    "search_name",
    "correspondence_type",
    "salutation_code",
    "minor",
    "parental_consent_received",
    "privacy_blocked",
    "company_id",
)

values = st.fixed_dictionaries(
    {field: st.sampled_from(options) for field, options in TEXTS.items()}
)
people = values.flatmap(
    lambda texts: st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Cher", "Bo Ek", "Anna Maria van Berg"]),
            "first_name": st.sampled_from(["", "", "Bo", "Anna Maria"]),
            "surname": st.sampled_from(["", "", "Ek", "Berg"]),
            "company_no": st.sampled_from(["", "K1", "K2"]),
            "minor": st.sampled_from(list(YES_OR_NO)),
            "parental_consent_received": st.sampled_from(list(YES_OR_NO)),
            "privacy_blocked": st.sampled_from(list(YES_OR_NO)),
        }
    ).map(lambda rest: texts | rest)
)
setups = st.fixed_dictionaries(
    {flag: st.booleans() for flag in FLAGS}
    | {
        "default_salesperson_code": st.sampled_from(["", "BC", "OF"]),
        "default_territory_code": st.sampled_from(["", "S"]),
        "default_country_region_code": st.sampled_from(["", "DE"]),
        "default_correspondence_type": st.sampled_from([0, 2]),
        "default_person_salutation_code": st.sampled_from(["", "F"]),
    }
)
checked = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def world(session, setup, companies):
    series = factories.number_series(session, "CONT", "C1", manual_nos=True)
    session.add(MarketingSetup(id=1, contact_nos=series, **setup))
    for code in ("JR", "BC"):
        factories.salesperson(session, code)
    factories.salesperson(session, "OF", privacy_blocked=True)
    session.add_all([Territory(code="N"), Territory(code="S")])
    for no, company in zip(("K1", "K2"), companies, strict=True):
        kind = CorrespondenceType.HARD_COPY if company["phone_no"] else 0
        factories.company(session, no=no, correspondence_type=kind, **company)


def by_hand(row):
    """What a person would type: an empty cell is not touched."""
    typed = {field: text for field, text in row.items() if text}
    flags = {field: YES_OR_NO[typed[field]] for field in typed.keys() & FLAG_FIELDS}
    return typed | flags


FLAG_FIELDS = {"minor", "parental_consent_received", "privacy_blocked"}


def as_file(no, row):
    return as_csv(["No.", "Type", *row], [no, "Person", *row.values()])


def shown(session, no):
    contact = session.scalars(select(Contact).where(Contact.no == no)).one()
    session.refresh(contact)
    return {field: getattr(contact, field) for field in COMPARED}


@contextmanager
def undone(session):
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expunge_all()


def same(session, tmp_path, hand, row):
    """Both ways, each undone: both refuse, or both leave the same contact."""
    ways = []
    for way in (hand, lambda: import_file(session, tmp_path, as_file("P1", row))):
        with undone(session):
            try:
                counts = way()
                refused = isinstance(counts, dict) and counts.get("rejected") == 1
                ways.append("refused" if refused else shown(session, "P1"))
            except RefusedError:
                ways.append("refused")
    assert ways[0] == ways[1]


@checked
@given(setup=setups, companies=st.tuples(values, values), row=people)
def test_a_new_person_is_the_one_made_by_hand(session, tmp_path, setup, companies, row):
    with undone(session):
        world(session, setup, companies)

        def hand():
            given: Any = {"no": "P1", "type": ContactType.PERSON, **by_hand(row)}
            create_contact(session, actor(), given)

        same(session, tmp_path, hand, row)


@checked
@given(
    setup=setups,
    companies=st.tuples(values, values),
    before=people,
    row=people,
)
def test_a_known_person_changes_as_by_hand(
    session, tmp_path, setup, companies, before, row
):
    with undone(session):
        world(session, setup, companies)
        plain = {field: before[field] for field in (*TEXTS, "name")}
        company = session.scalars(
            select(Contact).where(Contact.no == before["company_no"])
        ).one_or_none()
        minor = before["minor"] == "yes"
        factories.person(
            session, company, no="P1", minor=minor, privacy_blocked=minor, **plain
        )

        def hand():
            # A row that names the company a person has already does not move it.
            typed = by_hand(row)
            if typed.get("company_no") == before["company_no"]:
                typed.pop("company_no", None)
            change_contact(session, actor(), "P1", typed)

        same(session, tmp_path, hand, row)
