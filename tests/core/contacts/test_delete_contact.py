import pytest
from sqlalchemy import func, select

from core.contacts.delete_contact import delete_contact
from core.contacts.models import Contact
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry
from core.segments.models import SegmentLine
from tests import factories
from tests.factories import actor


def count(session, table):
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def entries(session):
    entry = InteractionLogEntry
    return session.execute(
        select(entry.contact_id, entry.contact_company_id).order_by(entry.entry_no)
    ).all()


def test_a_company_without_dependants_is_gone(session):
    cronus = factories.company(session)

    delete_contact(session, actor(), cronus.no)

    assert count(session, Contact) == 0


@pytest.mark.case("CONT-060")
def test_a_company_takes_its_people_along(session):
    cronus = factories.company(session)
    factories.person(session, cronus)
    other = factories.person(session)

    delete_contact(session, actor(), cronus.no)

    assert session.scalars(select(Contact.no)).all() == [other.no]


@pytest.mark.case("CONT-060")
@pytest.mark.case("GUARD-001")
def test_a_contact_on_a_segment_line_cannot_be_deleted(session):
    anna = factories.person(session)
    factories.line_of(session, anna, "SM1")
    factories.line_of(session, anna, "SM2")

    with pytest.raises(ConflictError, match="SM1, SM2") as error:
        delete_contact(session, actor(), anna.no)

    assert error.value.code == "E-IN-USE"


@pytest.mark.case("CONT-060")
@pytest.mark.case("GUARD-001")
def test_a_person_on_a_segment_line_keeps_its_company(session):
    cronus = factories.company(session)
    factories.line_of(session, factories.person(session, cronus))

    with pytest.raises(ConflictError):
        delete_contact(session, actor(), cronus.no)


def test_a_line_taken_out_again_goes_with_the_contact(session):
    anna = factories.person(session)
    factories.line_of(session, anna, removed=True)

    delete_contact(session, actor(), anna.no)

    assert count(session, SegmentLine) == 0


@pytest.mark.case("CONT-060")
@pytest.mark.case("GUARD-003")
def test_entries_of_a_person_go_to_its_company(session):
    cronus = factories.company(session)
    anna = factories.person(session, cronus)
    factories.log_entry(session, anna)

    delete_contact(session, actor(), anna.no)

    assert entries(session) == [(cronus.id, cronus.id)]


@pytest.mark.case("CONT-060")
@pytest.mark.case("GUARD-003")
def test_entries_of_a_lone_person_lose_their_contact(session):
    anna = factories.person(session)
    factories.log_entry(session, anna)

    delete_contact(session, actor(), anna.no)

    assert entries(session) == [(None, None)]


@pytest.mark.case("CONT-060")
@pytest.mark.case("GUARD-003")
def test_entries_of_a_company_and_its_people_lose_both(session):
    cronus = factories.company(session)
    factories.log_entry(session, cronus)
    factories.log_entry(session, factories.person(session, cronus))

    delete_contact(session, actor(), cronus.no)

    assert entries(session) == [(None, None), (None, None)]
