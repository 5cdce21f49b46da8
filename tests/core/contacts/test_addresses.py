from datetime import date

import pytest

from core.contacts import address_date_ranges as ranges
from core.contacts import alternative_addresses as addresses
from core.contacts.address_date_ranges import Period
from core.errors import ConflictError, NotFoundError, RefusedError
from tests import factories
from tests.factories import actor


@pytest.fixture
def anna(session):
    anna = factories.person(session, no="ANNA")
    for code in ("VAC", "HOME2"):
        addresses.add_address(session, actor(), "ANNA", code, {"city": "Bath"})
    session.flush()
    return anna


@pytest.mark.case("CONT-045")
def test_the_latest_range_that_covers_the_day_is_active(session, anna):
    summer = Period(date(2026, 7, 1), date(2026, 8, 31))
    ranges.add_date_range(session, actor(), "ANNA", "VAC", summer)
    ranges.add_date_range(session, actor(), "ANNA", "HOME2", Period(date(2026, 8, 15)))

    def active(month, day):
        return ranges.active_address_code(session, anna.id, date(2026, month, day))

    assert active(6, 30) == ""
    assert active(7, 20) == "VAC"
    assert active(8, 20) == "HOME2"
    assert active(9, 1) == "HOME2"


@pytest.mark.case("CONT-045")
def test_a_starting_date_is_used_once(session, anna):
    day = Period(date(2026, 7, 1))
    ranges.add_date_range(session, actor(), "ANNA", "VAC", day)
    session.flush()

    with pytest.raises(ConflictError):
        ranges.add_date_range(session, actor(), "ANNA", "HOME2", day)


@pytest.mark.case("CONT-045")
def test_a_range_does_not_run_backwards(session, anna):
    backwards = Period(date(2026, 7, 2), date(2026, 7, 1))

    with pytest.raises(RefusedError) as error:
        ranges.add_date_range(session, actor(), "ANNA", "VAC", backwards)

    assert error.value.faults[0].field == "ending_date"


@pytest.mark.case("CONT-044")
def test_ranges_go_with_their_address(session, anna):
    ranges.add_date_range(session, actor(), "ANNA", "VAC", Period(date(2026, 7, 1)))
    session.flush()

    addresses.delete_address(session, actor(), "ANNA", "VAC")
    session.flush()
    session.expire_all()

    assert ranges.date_ranges_of(session, anna.id) == []


def test_a_range_needs_an_address(session, anna):
    with pytest.raises(NotFoundError):
        ranges.add_date_range(
            session, actor(), "ANNA", "NONE", Period(date(2026, 7, 1))
        )


@pytest.mark.case("CONT-044")
def test_an_address_keeps_the_rules_of_its_fields(session, anna):
    with pytest.raises(RefusedError) as error:
        addresses.change_address(
            session, actor(), "ANNA", "VAC", {"email": "@", "phone_no": "abc"}
        )

    assert {fault.field for fault in error.value.faults} == {"email", "phone_no"}


def test_a_changed_address_dates_its_contact(session, anna):
    before = anna.last_modified_at

    addresses.change_address(session, actor(), "ANNA", "VAC", {"city": "York"})
    session.flush()
    session.refresh(anna)

    assert anna.last_modified_at > before
