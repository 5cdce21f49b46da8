"""The set-based propagation against the rule said person by person (CONT-032)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.contacts.change_contact import change_contact
from core.contacts.fields import (
    ADDRESS_BLOCK,
    ADDRESS_IDENTITY,
    COMMUNICATION,
    INHERITED,
    PROPAGATED_COMMUNICATION,
)
from core.contacts.inheritance import PASSED_ON
from core.setup.models import MarketingSetup
from tests import factories
from tests.factories import actor

FLAGS = (*INHERITED, "inherit_address_details", "inherit_communication_details")
TEXTS = [field for field in PASSED_ON if field != "correspondence_type"]
CHANGEABLE = [*ADDRESS_BLOCK, "phone_no", "mobile_phone_no", "home_page"]
CHANGEABLE += ["country_region_code"]


def contact_values(fields):
    return st.fixed_dictionaries(
        {field: st.sampled_from(["", "1", "2"]) for field in fields}
    )


def follow(flags, person, old, new):
    """The rule for one person, in plain words of Python."""
    result = dict(person)
    for flag, field in INHERITED.items():
        if flags[flag] and person[field] == old[field]:
            result[field] = new[field]
    same_address = all(person[f] == old[f] for f in ADDRESS_IDENTITY)
    if flags["inherit_address_details"] and same_address:
        for field in ADDRESS_BLOCK:
            if new[field] != old[field]:
                result[field] = new[field]
    if flags["inherit_communication_details"]:
        for field in PROPAGATED_COMMUNICATION:
            if person[field] == old[field]:
                result[field] = new[field]
    return result


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    flags=st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}),
    old=contact_values(TEXTS),
    people=st.lists(contact_values(TEXTS), max_size=4),
    changes=contact_values(CHANGEABLE),
)
@pytest.mark.case("CONT-032")
def test_everybody_follows_exactly_where_the_rule_says(
    session, flags, old, people, changes
):
    savepoint = session.begin_nested()
    session.add(MarketingSetup(id=1, **flags))
    company = factories.company(session, **old)
    members = [factories.person(session, company, **values) for values in people]

    change_contact(session, actor(), company.no, changes)

    for member, values in zip(members, people, strict=True):
        session.refresh(member)
        expected = follow(flags, values, old, {**old, **changes})
        assert {field: getattr(member, field) for field in TEXTS} == expected
    savepoint.rollback()
    session.expunge_all()


@pytest.mark.case("CONT-032")
def test_the_correspondence_type_is_never_passed_on():
    assert set(COMMUNICATION) - set(PROPAGATED_COMMUNICATION) == {"correspondence_type"}
