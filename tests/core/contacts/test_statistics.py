from datetime import date
from decimal import Decimal

import pytest

from core.contacts.statistics import Days, statistics_of
from tests import factories

OUT = {"initiated_by": 1}


@pytest.mark.case("STAT-005")
def test_a_companys_figures_include_its_peoples(session):
    cronus = factories.company(session)
    anna = factories.person(session, cronus)
    factories.log_entry(session, cronus, cost=Decimal("1.25"), duration=5)
    factories.log_entry(session, anna, cost=Decimal(2), duration=10)

    of_company, of_person = statistics_of(session, cronus), statistics_of(session, anna)

    assert (of_company.no_of_interactions, of_company.cost) == (2, Decimal("3.25"))
    assert (of_person.no_of_interactions, of_person.duration) == (1, 10)


@pytest.mark.case("STAT-002")
@pytest.mark.case("STAT-003")
def test_canceled_entries_count_for_the_dates_only(session):
    anna = factories.person(session)
    factories.log_entry(
        session, anna, **OUT, canceled=True, cost=9, date=date(2026, 3, 1)
    )

    found = statistics_of(session, anna)

    assert (found.no_of_interactions, found.cost) == (0, 0)
    assert found.last_date_attempted == date(2026, 3, 1)
    assert found.date_of_last_interaction == date(2026, 3, 1)


@pytest.mark.case("STAT-003")
def test_a_failed_attempt_is_no_interaction_date_but_counts(session):
    anna = factories.person(session)
    factories.log_entry(session, anna, **OUT, attempt_failed=True)

    found = statistics_of(session, anna)

    assert found.date_of_last_interaction is None
    assert found.last_date_attempted is not None
    assert found.no_of_interactions == 1


@pytest.mark.case("STAT-004")
def test_postponed_entries_count_nowhere(session):
    anna = factories.person(session)
    factories.log_entry(session, anna, **OUT, postponed=True, cost=9)

    found = statistics_of(session, anna)

    assert found.last_date_attempted is None
    assert (found.no_of_interactions, found.cost) == (0, 0)


@pytest.mark.case("STAT-004")
@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        (None, None, 3),
        (date(2026, 3, 2), None, 2),
        (None, date(2026, 3, 2), 2),
        (date(2026, 3, 2), date(2026, 3, 2), 1),
        (date(2026, 3, 4), date(2026, 3, 1), 0),
    ],
)
def test_only_what_is_added_up_is_of_the_days_asked_for(session, first, last, number):
    anna = factories.person(session)
    for day in (1, 2, 3):
        on = date(2026, 3, day)
        factories.log_entry(session, anna, **OUT, date=on, cost=2, duration=5)

    found = statistics_of(session, anna, Days(first, last))

    assert found.no_of_interactions == number
    assert (found.cost, found.duration) == (2 * number, 5 * number)
    assert found.last_date_attempted == date(2026, 3, 3)
    assert found.date_of_last_interaction == date(2026, 3, 3)
