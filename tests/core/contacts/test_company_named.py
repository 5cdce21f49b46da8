"""A company is typed by number or name, or by a piece of what is known of it."""

import pytest
from sqlalchemy import select

from core.contacts.change_contact import change_contact
from core.contacts.create_contact import create_contact
from core.contacts.models import Contact
from core.errors import RefusedError
from core.vocabulary import ContactType
from tests import factories
from tests.factories import actor


@pytest.fixture
def companies(session):
    factories.marketing_setup(session)
    factories.company(session, no="K1", name="Cronus", city="Bath", phone_no="0228 7")
    factories.company(session, no="K2", name="Cronus Trading", post_code="BA1 2")
    factories.company(session, no="K30", name="Adatum", city="100% Bath_Town")
    factories.person(session, no="P1", name="Cronus Berg")
    return session


def company_of(session, person):
    return session.scalar(select(Contact.no).where(Contact.id == person.company_id))


def anna_of(session, text):
    return create_contact(session, actor(), {"name": "Anna", "company_name": text})


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("k1", "K1"),
        ("cronus", "K1"),
        ("CRONUS T", "K2"),
        ("k3", "K30"),
        ("tra", "K2"),
        ("228 7", "K1"),
        ("ba1", "K2"),
        ("atum", "K30"),
        ("100%", "K30"),
        ("h_t", "K30"),
    ],
)
def test_who_is_meant_is_found(companies, text, no):
    anna = anna_of(companies, text)

    assert (anna.type, company_of(companies, anna)) == (ContactType.PERSON, no)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("bath", "E-AMBIGUOUS", "K1 Cronus, K30 Adatum"),
        ("k", "E-AMBIGUOUS", "K1 Cronus, K2 Cronus Trading, K30 Adatum"),
        ("Berg", "E-UNKNOWN-CODE", "Berg"),
        ("b_th", "E-UNKNOWN-CODE", "b_th"),
    ],
)
def test_who_is_not_clear_is_refused_with_who_may_be_meant(
    companies, text, code, words
):
    with pytest.raises(RefusedError) as error:
        anna_of(companies, text)

    (fault,) = error.value.faults
    assert (fault.field, fault.code) == ("company_name", code)
    assert words in fault.detail


def test_a_number_decides_before_a_name_and_nothing_takes_the_company_away(companies):
    anna = create_contact(
        companies,
        actor(),
        {"name": "Anna", "company_no": "K2", "company_name": "Cronus"},
    )
    assert company_of(companies, anna) == "K2"

    change_contact(companies, actor(), anna.no, {"company_name": ""})

    assert anna.company_id is None


def test_a_company_is_named_by_its_own_name_alone(companies):
    change_contact(companies, actor(), "K30", {"company_name": "Adatum"})

    with pytest.raises(RefusedError, match="belongs to itself"):
        change_contact(companies, actor(), "K30", {"company_name": "Cronus"})
