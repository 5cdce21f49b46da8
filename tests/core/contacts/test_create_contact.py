from typing import TYPE_CHECKING, cast

import pytest

from core.contacts.create_contact import create_contact
from core.errors import ConflictError, RefusedError
from core.vocabulary import ContactType, CorrespondenceType
from tests import factories
from tests.factories import actor

if TYPE_CHECKING:
    from core.contacts.changes import ContactChanges

PERSON = ContactType.PERSON


def codes_of(error):
    return {(fault.field, fault.code) for fault in error.value.faults}


@pytest.mark.case("SETUP-002")
def test_a_contact_gets_the_next_number_of_the_series(session):
    factories.marketing_setup(session)

    first = create_contact(session, actor(), {"name": "Cronus"})
    second = create_contact(session, actor(), {"name": "Fabrikam"})

    assert (first.no, second.no) == ("C00001", "C00002")
    assert first.no_series == "CONT"


@pytest.mark.case("SETUP-002")
def test_numbers_taken_by_hand_are_passed_over(session):
    factories.marketing_setup(session)
    create_contact(session, actor(), {"no": "c00001"})

    contact = create_contact(session, actor(), {})

    assert contact.no == "C00002"


@pytest.mark.case("SETUP-002")
def test_a_number_cannot_be_taken_twice(session):
    factories.marketing_setup(session)
    create_contact(session, actor(), {"no": "X1"})

    with pytest.raises(ConflictError) as error:
        create_contact(session, actor(), {"no": "X1"})

    assert error.value.code == "E-EXISTS"


def test_a_new_contact_is_a_company_and_its_own_company(session):
    factories.marketing_setup(session)

    contact = create_contact(session, actor(), {"name": "Cronus"})

    assert (contact.type, contact.company_id) == (ContactType.COMPANY, contact.id)


@pytest.mark.case("CONT-015")
def test_blanks_take_the_defaults_of_the_setup(session):
    factories.marketing_setup(
        session,
        default_salesperson_code="JR",
        default_territory_code="N",
        default_country_region_code="GB",
        default_language_code="ENU",
        default_correspondence_type=CorrespondenceType.HARD_COPY,
        default_person_salutation_code="UNISEX",
    )

    contact = create_contact(session, actor(), {"type": PERSON, "name": "Anna"})

    assert contact.salesperson_code == "JR"
    assert contact.territory_code == "N"
    assert contact.country_region_code == "GB"
    assert contact.language_code == "ENU"
    assert contact.correspondence_type == CorrespondenceType.HARD_COPY
    assert contact.salutation_code == "UNISEX"


@pytest.mark.case("CONT-015")
def test_without_defaults_blanks_stay_blank(session):
    factories.marketing_setup(session)

    contact = create_contact(session, actor(), {"name": "Cronus"})

    assert contact.territory_code == contact.language_code == ""
    assert contact.salutation_code == contact.country_region_code == ""
    assert contact.correspondence_type == CorrespondenceType.BLANK


@pytest.mark.case("CONT-015")
@pytest.mark.case("SLS-004")
def test_the_users_own_salesperson_comes_before_the_setups(session):
    factories.marketing_setup(session, default_salesperson_code="JR")

    contact = create_contact(session, actor(salesperson_code="BC"), {})

    assert contact.salesperson_code == "BC"


@pytest.mark.parametrize(
    ("own", "default", "given"),
    [("OF", "JR", "JR"), ("", "OF", ""), ("OF", "", ""), ("OF", "OF", "")],
)
@pytest.mark.case("CONT-015")
def test_salespeople_nobody_chose_are_left_out_where_they_are_blocked_for_privacy(
    session, own, default, given
):
    factories.marketing_setup(session, default_salesperson_code=default)
    factories.salesperson(session, "OF", privacy_blocked=True)

    contact = create_contact(session, actor(salesperson_code=own), {})

    assert contact.salesperson_code == given


@pytest.mark.case("CONT-015")
def test_a_default_salesperson_who_is_blocked_is_given_as_contacts_do_not_ask_for_that(
    session,
):
    factories.marketing_setup(session, default_salesperson_code="JR")
    factories.salesperson(session, "JR", blocked=True)

    assert create_contact(session, actor(), {}).salesperson_code == "JR"


@pytest.mark.case("SETUP-004")
def test_of_a_company_whose_salesperson_is_blocked_for_privacy_people_get_the_default(
    session,
):
    factories.marketing_setup(session, default_salesperson_code="JR")
    factories.salesperson(session, "OF", privacy_blocked=True)
    factories.company(session, no="K1", salesperson_code="OF")

    contact = create_contact(session, actor(), {"company_no": "K1"})

    assert contact.salesperson_code == "JR"


@pytest.mark.case("CONT-015")
def test_a_company_always_gets_the_company_salutation(session):
    factories.marketing_setup(session, default_company_salutation_code="COMPANY")

    contact = create_contact(session, actor(), {"name": "Cronus"})

    assert contact.salutation_code == "COMPANY"


@pytest.mark.case("SETUP-004")
def test_a_person_takes_the_companys_values_before_the_defaults(session):
    factories.marketing_setup(session, default_salesperson_code="JR")
    cronus = factories.company(session, salesperson_code="BC", city="Bath")

    contact = create_contact(
        session, actor(), {"type": PERSON, "company_no": cronus.no}
    )

    assert (contact.salesperson_code, contact.city) == ("BC", "Bath")
    assert contact.company_id == cronus.id


@pytest.mark.case("SETUP-004")
def test_what_is_given_wins_over_the_company(session):
    factories.marketing_setup(session)
    factories.salesperson(session, "LM")
    cronus = factories.company(session, salesperson_code="BC", phone_no="1")

    contact = create_contact(
        session,
        actor(),
        {
            "type": PERSON,
            "company_no": cronus.no,
            "salesperson_code": "LM",
            "phone_no": "2",
        },
    )

    assert (contact.salesperson_code, contact.phone_no) == ("LM", "2")


@pytest.mark.case("CONT-010")
def test_a_persons_name_is_split_and_its_parts_are_joined(session):
    factories.marketing_setup(session)

    split = create_contact(
        session, actor(), {"type": PERSON, "name": "Anna Maria Berg"}
    )
    joined = create_contact(
        session, actor(), {"type": PERSON, "first_name": "Bo", "surname": "Ek"}
    )

    assert (split.first_name, split.middle_name, split.surname) == (
        "Anna",
        "Maria",
        "Berg",
    )
    assert joined.name == "Bo Ek"
    assert joined.search_name == "BO EK"


@pytest.mark.case("CONT-010")
@pytest.mark.parametrize(
    ("given", "name", "parts"),
    [
        ({"first_name": "Anna"}, "Anna Maria Berg", ("Anna", "Maria", "Berg")),
        ({"surname": "Berg"}, "Anna Maria Berg", ("Anna", "Maria", "Berg")),
        ({"first_name": "Anna", "middle_name": ""}, "Anna Berg", ("Anna", "", "Berg")),
        ({"first_name": "Ann"}, "Anna Berg", ("Ann", "", "")),
        ({"surname": "Sol"}, "Anna Berg", ("", "", "Sol")),
    ],
)
def test_a_name_that_says_the_same_as_its_parts_completes_them(
    session, given, name, parts
):
    factories.marketing_setup(session)

    changes = cast("ContactChanges", {"type": PERSON, "name": name, **given})
    anna = create_contact(session, actor(), changes)

    assert (anna.first_name, anna.middle_name, anna.surname) == parts
    assert anna.name == " ".join(part for part in parts if part)


def test_every_broken_field_is_named(session):
    factories.marketing_setup(session)

    with pytest.raises(RefusedError) as error:
        create_contact(
            session,
            actor(),
            {
                "name": "x" * 101,
                "email": "anna@@example.com",
                "phone_no": "call me",
                "city": "two\nlines",
            },
        )

    assert codes_of(error) == {
        ("name", "E-FIELD"),
        ("email", "E-FIELD"),
        ("phone_no", "E-FIELD"),
        ("city", "E-FIELD"),
    }


def test_unknown_codes_are_named(session):
    factories.marketing_setup(session)

    with pytest.raises(RefusedError) as error:
        create_contact(
            session,
            actor(),
            {"salesperson_code": "NO", "language_code": "XX", "territory_code": "Z"},
        )

    assert codes_of(error) == {
        ("salesperson_code", "E-UNKNOWN-CODE"),
        ("language_code", "E-UNKNOWN-CODE"),
        ("territory_code", "E-UNKNOWN-CODE"),
    }


def test_several_addresses_are_parted_by_semicolons(session):
    factories.marketing_setup(session)

    contact = create_contact(
        session, actor(), {"email": "a@example.com; b@example.com"}
    )

    assert contact.email == "a@example.com; b@example.com"


def test_a_privacy_blocked_salesperson_takes_no_contact(session):
    factories.marketing_setup(session)
    factories.salesperson(session, "OF", privacy_blocked=True)

    with pytest.raises(RefusedError) as error:
        create_contact(session, actor(), {"salesperson_code": "OF"})

    assert codes_of(error) == {("salesperson_code", "E-FIELD")}


@pytest.mark.case("CONT-030")
def test_a_company_must_exist_and_be_one(session):
    factories.marketing_setup(session)
    anna = factories.person(session)

    for company_no, code in (("NONE", "E-UNKNOWN-CODE"), (anna.no, "E-FIELD")):
        with pytest.raises(RefusedError) as error:
            create_contact(session, actor(), {"type": PERSON, "company_no": company_no})
        assert codes_of(error) == {("company_no", code)}


def test_a_company_has_no_first_name(session):
    factories.marketing_setup(session)

    with pytest.raises(RefusedError) as error:
        create_contact(session, actor(), {"first_name": "Anna"})

    assert codes_of(error) == {("first_name", "E-FIELD")}


@pytest.mark.case("CONT-050")
def test_a_minor_is_blocked_for_privacy(session):
    factories.marketing_setup(session)

    contact = create_contact(session, actor(), {"type": PERSON, "minor": True})

    assert contact.privacy_blocked


@pytest.mark.case("CONT-050")
def test_a_minor_is_only_unblocked_with_consent(session):
    factories.marketing_setup(session)

    with pytest.raises(RefusedError) as error:
        create_contact(session, actor(), {"minor": True, "privacy_blocked": False})

    assert codes_of(error) == {("privacy_blocked", "E-FIELD")}
