"""Companies that are written differently and are the same: CONT-058."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from core.access.models import AuditEvent
from core.contacts.delete_contact import delete_contact
from core.contacts.duplicates.likely_pairs import likely_pairs
from core.contacts.duplicates.look_alikes import look_alikes
from core.contacts.duplicates.separate import ask_again, keep_apart
from core.contacts.merge.merge_contacts import merge_contacts
from core.contacts.models import Contact, SeparateContacts
from core.errors import NotFoundError, RefusedError
from core.setup.models import DuplicateSearchString, MarketingSetup
from tests import factories
from tests.oracle.look_alikes import COMPANIES, LETTERS, SETUPS, model, words_of

ACME = {
    "name": "Acme Ltd.",
    "address": "1 Harbour Road",
    "post_code": "53113",
    "city": "Bonn",
    "phone_no": "+49 228 / 12-34",
    "email": "info@acme.example",
}
WRITTEN_OTHERWISE = {
    "name": "ACME Limited",
    "address": "1, HARBOUR ROAD",
    "post_code": "D-53113",
    "city": "BONN",
    "phone_no": "+49 (228) 1234",
    "email": "INFO@acme.example",
}


@pytest.fixture
def strings(session):
    """The strings and the percentage that a new installation has."""
    factories.marketing_setup(session)
    factories.search_strings(session)


def found(session, contact):
    return [(like.contact.no, like.score) for like in look_alikes(session, contact)]


def test_a_company_written_differently_is_found_with_what_agrees(session, strings):
    mine = factories.company(session, no="K1", **ACME)
    factories.company(session, no="K2", **WRITTEN_OTHERWISE)
    factories.company(session, no="K3", **ACME | {"phone_no": "", "email": ""})

    (like,) = look_alikes(session, mine)

    assert (like.contact.no, like.score) == ("K2", 71)
    assert set(like.strings) == {
        *("ADDRESS-FIRST", "ADDRESS-LAST", "CITY-FIRST", "CITY-LAST"),
        *("PHONE_NO-FIRST", "PHONE_NO-LAST", "POST_CODE-LAST"),
        *("EMAIL-FIRST", "EMAIL-LAST", "NAME-FIRST"),
    }


@pytest.mark.parametrize(
    ("percent", "found_at_it"), [(1, True), (71, True), (72, False), (100, False)]
)
def test_so_many_of_hundred_strings_have_to_agree(
    session, strings, percent, found_at_it
):
    mine = factories.company(session, no="K1", **ACME)
    factories.company(session, no="K2", **WRITTEN_OTHERWISE)
    session.execute(update(MarketingSetup).values(search_hit_percent=percent))

    assert bool(found(session, mine)) is found_at_it


@pytest.mark.parametrize(
    "theirs", [{"kind": factories.person}, {"email": "", "phone_no": ""}]
)
def test_who_is_no_company_or_agrees_in_too_little_is_none(session, strings, theirs):
    values = ACME | theirs
    kind = values.pop("kind", factories.company)
    mine = factories.company(session, no="K1", **ACME)
    other = kind(session, no="K2", **values)

    assert found(session, mine) == []
    assert found(session, other) == []


def test_without_strings_nothing_looks_alike(session, strings):
    mine = factories.company(session, **ACME)
    factories.company(session, **ACME)
    session.execute(delete(DuplicateSearchString))

    assert found(session, mine) == []


# --- separate contacts -------------------------------------------------------------


@pytest.fixture
def twins(session, strings):
    return [
        factories.company(session, no=no, search_name="ACME", **ACME)
        for no in ("K1", "K2", "K3")
    ]


def apart(session):
    return session.execute(
        select(SeparateContacts.contact_id, SeparateContacts.other_id)
    ).all()


def test_separate_contacts_are_not_shown_any_more_until_somebody_asks_again(
    session, twins
):
    mine, other, _ = twins
    for _ in range(2):
        keep_apart(session, factories.actor(), "K2", "k1")

    assert apart(session) == [(mine.id, other.id)]
    assert found(session, mine) == [("K3", 85)]
    assert found(session, other) == [("K3", 85)]
    pairs = [(pair.left_no, pair.right_no) for pair in likely_pairs(session).pairs]
    assert pairs == [("K1", "K3"), ("K2", "K3")]

    ask_again(session, factories.actor(), "K1", "K2")

    assert len(found(session, mine)) == 2
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
    assert list(actions)[-1] == "contact.ask_again"


@pytest.mark.parametrize(
    ("other_no", "words"),
    [("NOPE", "no contact"), ("k1", "itself"), ("P1", "a person")],
)
def test_who_cannot_be_the_same_is_not_kept_apart(session, twins, other_no, words):
    factories.person(session, no="P1")

    with pytest.raises(RefusedError, match=words) as refused:
        keep_apart(session, factories.actor(), "K1", other_no)

    assert refused.value.faults[0].field == "other_no"


def test_who_was_never_kept_apart_cannot_be_asked_about_again(session, twins):
    with pytest.raises(NotFoundError, match="not kept apart"):
        ask_again(session, factories.actor(), "K1", "K2")


def test_whoever_is_apart_from_the_merged_one_is_apart_from_the_kept_one(
    session, twins
):
    kept, _, third = twins
    for no, other_no in (("K3", "K2"), ("K1", "K2")):
        keep_apart(session, factories.actor(), no, other_no)

    merge_contacts(session, factories.actor(), "K1", "K2")

    assert apart(session) == [(kept.id, third.id)]


def test_a_deleted_contact_is_apart_from_nobody(session, twins):
    keep_apart(session, factories.actor(), "K1", "K2")

    delete_contact(session, factories.actor(), "K2")

    assert apart(session) == []


# --- the rule in plain Python, row by row -------------------------------------------


@given(companies=COMPANIES, setup=SETUPS, percent=st.integers(1, 100))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_what_the_rule_says(session, companies, setup, percent):
    with session.begin_nested() as undone:
        session.execute(delete(Contact))
        factories.search_strings(session, setup)
        session.merge(MarketingSetup(id=1, search_hit_percent=percent))
        kept = [
            factories.company(session, **{"no": f"K{place}", "name": ""} | company)
            for place, company in enumerate(companies)
        ]

        pairs = {
            (place, int(like.contact.no[1:]))
            for place, contact in enumerate(kept)
            for like in look_alikes(session, contact)
        }

        assert pairs == model(companies, setup, percent)
        undone.rollback()


@given(text=st.text(LETTERS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_strips_as_the_rule_says(session, text):
    assert session.scalar(select(func.search_words(text))) == words_of(text)
