import pytest
from sqlalchemy import select

from core.contacts.change_contact import change_contact
from core.contacts.create_contact import create_contact
from core.database import transaction
from core.errors import ConflictError, NotFoundError, RefusedError
from core.interactions.models import InteractionLogEntry
from core.vocabulary import ContactType, CorrespondenceType
from tests import factories
from tests.factories import actor
from tests.support.meanwhile import meanwhile


def entry_of(session, entry_no):
    entry = InteractionLogEntry
    return session.execute(
        select(entry.contact_id, entry.contact_company_id).where(
            entry.entry_no == entry_no
        )
    ).one()


def test_only_the_named_fields_change(session):
    factories.marketing_setup(session)
    cronus = factories.company(session, city="Bath", phone_no="1")

    change_contact(session, actor(), cronus.no, {"city": "York"})

    assert (cronus.city, cronus.phone_no) == ("York", "1")


def test_a_change_is_dated(session):
    factories.marketing_setup(session)
    cronus = factories.company(session, last_modified_at="2020-01-01T00:00Z")

    change_contact(session, actor(), cronus.no, {"city": "York"})

    assert cronus.last_modified_at.year > 2020


def test_an_unknown_contact_is_not_found(session):
    with pytest.raises(NotFoundError):
        change_contact(session, actor(), "NONE", {})


@pytest.mark.case("CONT-010")
def test_changing_a_part_rebuilds_the_name(session):
    factories.marketing_setup(session)
    anna = create_contact(
        session,
        actor(),
        {"type": ContactType.PERSON, "name": "Anna Maria van Berg"},
    )

    change_contact(session, actor(), anna.no, {"surname": "Sol"})

    assert anna.name == "Anna Maria van Sol"
    assert anna.search_name == "ANNA MARIA VAN SOL"


def test_a_search_name_of_ones_own_stays(session):
    factories.marketing_setup(session)
    cronus = factories.company(session, name="Cronus", search_name="MINE")

    change_contact(session, actor(), cronus.no, {"name": "Fabrikam"})

    assert cronus.search_name == "MINE"


@pytest.mark.case("CONT-031")
def test_a_person_takes_over_from_the_company_it_is_put_into(session):
    factories.marketing_setup(session)
    cronus = factories.company(
        session,
        salesperson_code="JR",
        territory_code="N",
        country_region_code="GB",
        language_code="ENU",
        address="1 High Street",
        address_2="Floor 2",
        city="Bath",
        post_code="BA1",
        email="info@example.com",
        correspondence_type=CorrespondenceType.EMAIL,
    )
    anna = factories.person(session, salesperson_code="BC")

    change_contact(session, actor(), anna.no, {"company_no": cronus.no})

    fields = "salesperson_code territory_code country_region_code language_code"
    fields += " address address_2 city post_code email correspondence_type"
    for field in fields.split():
        assert getattr(anna, field) == getattr(cronus, field)


@pytest.mark.case("CONT-031")
def test_an_address_of_ones_own_stays(session):
    factories.marketing_setup(session)
    cronus = factories.company(session, city="Bath", county="Avon")
    anna = factories.person(session, city="York")

    change_contact(session, actor(), anna.no, {"company_no": cronus.no})

    assert (anna.city, anna.county) == ("York", "")


@pytest.mark.case("CONT-031")
def test_nothing_is_taken_over_with_the_flags_off(session):
    factories.marketing_setup(
        session,
        inherit_salesperson=False,
        inherit_territory=False,
        inherit_country_region=False,
        inherit_language=False,
        inherit_address_details=False,
        inherit_communication_details=False,
    )
    cronus = factories.company(session, salesperson_code="JR", city="Bath", email="x")
    anna = factories.person(session)

    change_contact(session, actor(), anna.no, {"company_no": cronus.no})

    assert (anna.salesperson_code, anna.city, anna.email) == ("", "", "")


@pytest.mark.case("CONT-032")
def test_people_who_still_agreed_follow_their_company(session):
    factories.marketing_setup(session)
    for code in ("JO", "BC"):
        factories.salesperson(session, code)
    cronus = factories.company(session, salesperson_code="JO")
    followers = [
        factories.person(session, cronus, salesperson_code=code)
        for code in ("JO", "LT", "")
    ]

    change_contact(session, actor(), cronus.no, {"salesperson_code": "BC"})

    for follower in followers:
        session.refresh(follower)
    assert [f.salesperson_code for f in followers] == ["BC", "LT", ""]


@pytest.mark.case("CONT-032")
def test_an_address_edited_by_hand_takes_no_part_of_the_new_one(session):
    factories.marketing_setup(session)
    cronus = factories.company(session, address="1 High Street", city="Bath")
    anna = factories.person(session, cronus, address="1 High Street", city="York")

    change_contact(session, actor(), cronus.no, {"address": "2 Low Street"})

    session.refresh(anna)
    assert anna.address == "1 High Street"


@pytest.mark.case("CONT-030")
@pytest.mark.case("GUARD-002")
def test_a_contact_on_a_segment_line_keeps_its_company(session):
    factories.marketing_setup(session)
    cronus, fabrikam = factories.company(session), factories.company(session)
    anna = factories.person(session, cronus)
    factories.line_of(session, anna, "SM00007")

    with pytest.raises(ConflictError, match="SM00007") as error:
        change_contact(session, actor(), anna.no, {"company_no": fabrikam.no})

    assert error.value.code == "E-IN-USE"


@pytest.mark.case("GUARD-002")
def test_a_line_taken_out_again_holds_nobody(session):
    factories.marketing_setup(session)
    cronus = factories.company(session)
    anna = factories.person(session)
    factories.line_of(session, anna, removed=True)

    change_contact(session, actor(), anna.no, {"company_no": cronus.no})

    assert anna.company_id == cronus.id


@pytest.mark.case("CONT-033")
@pytest.mark.case("GUARD-003")
def test_history_stays_with_the_company_it_was_made_with(session):
    factories.marketing_setup(session)
    cronus, fabrikam = factories.company(session), factories.company(session)
    anna = factories.person(session, cronus)
    entry = factories.log_entry(session, anna)

    change_contact(session, actor(), anna.no, {"company_no": fabrikam.no})

    assert entry_of(session, entry) == (cronus.id, cronus.id)


@pytest.mark.case("CONT-033")
def test_history_without_a_company_comes_along(session):
    factories.marketing_setup(session)
    cronus = factories.company(session)
    anna = factories.person(session)
    entry = factories.log_entry(session, anna)

    change_contact(session, actor(), anna.no, {"company_no": cronus.no})

    assert entry_of(session, entry) == (anna.id, cronus.id)


@pytest.mark.case("CONT-030")
def test_a_person_can_leave_its_company(session):
    factories.marketing_setup(session)
    cronus = factories.company(session)
    anna = factories.person(session, cronus)

    change_contact(session, actor(), anna.no, {"company_no": ""})

    assert anna.company_id is None


@pytest.mark.case("CONT-030")
def test_a_company_cannot_join_another_one(session):
    factories.marketing_setup(session)
    cronus, fabrikam = factories.company(session), factories.company(session)

    with pytest.raises(RefusedError) as error:
        change_contact(session, actor(), cronus.no, {"company_no": fabrikam.no})

    assert error.value.faults[0].field == "company_no"


@pytest.mark.case("CONT-022")
def test_a_company_can_become_a_person(session):
    factories.marketing_setup(session, default_person_salutation_code="UNISEX")
    anna = factories.company(session, name="Anna Berg", salutation_code="COMPANY")

    change_contact(session, actor(), anna.no, {"type": ContactType.PERSON})

    assert (anna.type, anna.company_id) == (ContactType.PERSON, None)
    assert (anna.first_name, anna.surname) == ("Anna", "Berg")
    assert anna.salutation_code == "UNISEX"


@pytest.mark.case("CONT-021")
def test_a_person_can_become_a_company(session):
    factories.marketing_setup(session, default_company_salutation_code="COMPANY")
    anna = factories.person(session, first_name="Anna", job_title="Boss")

    change_contact(session, actor(), anna.no, {"type": ContactType.COMPANY})

    assert (anna.type, anna.company_id) == (ContactType.COMPANY, anna.id)
    assert (anna.first_name, anna.job_title) == ("", "")
    assert anna.salutation_code == "COMPANY"


@pytest.mark.case("CONT-021")
def test_a_person_with_a_level_becomes_no_company_until_it_is_taken_away(session):
    factories.marketing_setup(session)
    anna = factories.person(session, organizational_level_code="HEAD")
    with pytest.raises(ConflictError, match="level HEAD") as error:
        change_contact(session, actor(), anna.no, {"type": ContactType.COMPANY})
    assert error.value.faults[0].field == "organizational_level_code"

    change_contact(
        session,
        actor(),
        anna.no,
        {"type": ContactType.COMPANY, "organizational_level_code": ""},
    )
    assert anna.type == ContactType.COMPANY


@pytest.mark.case("CONT-020")
def test_a_type_with_history_stays(session):
    factories.marketing_setup(session)
    cronus = factories.company(session)
    factories.log_entry(session, cronus, canceled=True)

    with pytest.raises(ConflictError):
        change_contact(session, actor(), cronus.no, {"type": ContactType.PERSON})


@pytest.mark.case("CONT-022")
def test_a_company_with_people_stays_a_company(session):
    factories.marketing_setup(session)
    cronus = factories.company(session)
    factories.person(session, cronus)

    with pytest.raises(ConflictError, match="1 "):
        change_contact(session, actor(), cronus.no, {"type": ContactType.PERSON})


@pytest.mark.case("CONT-050")
def test_a_changed_consent_blocks(session):
    factories.marketing_setup(session)
    anna = factories.person(session, minor=True)

    change_contact(session, actor(), anna.no, {"parental_consent_received": True})

    assert anna.privacy_blocked


@pytest.mark.case("CONT-050")
def test_growing_up_forgets_the_consent(session):
    factories.marketing_setup(session)
    anna = factories.person(session, minor=True, parental_consent_received=True)

    change_contact(session, actor(), anna.no, {"minor": False})

    assert not anna.parental_consent_received


def test_a_refused_change_changes_nothing(session):
    factories.marketing_setup(session)
    anna = factories.person(session, minor=True, privacy_blocked=True)

    with pytest.raises(RefusedError):
        change_contact(
            session, actor(), anna.no, {"city": "York", "privacy_blocked": False}
        )

    assert (anna.city, anna.privacy_blocked) == ("", True)


def test_a_company_that_somebody_joins_meanwhile_stays_a_company(own_engine):
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        factories.company(session, no="K1")

    def join(session):
        create_contact(
            session,
            actor(),
            {"type": ContactType.PERSON, "name": "Ann", "company_no": "K1"},
        )

    with pytest.raises(ConflictError, match="1 people belong"):
        meanwhile(
            own_engine,
            join,
            lambda session: change_contact(
                session, actor(), "K1", {"type": ContactType.PERSON}
            ),
        )
