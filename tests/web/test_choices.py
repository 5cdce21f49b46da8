"""Whom a select offers: blocked salespeople are kept, but chosen no longer (SLS-001)."""

import re

import pytest

from core.contacts.models import Salesperson
from core.database import transaction
from tests import factories

pytestmark = pytest.mark.case("SLS-001")

EVERYBODY = ["BLOCKED", "FREE", "SECRET"]


@pytest.fixture
def offered(client, committing_engine):
    """Whom the page's select of salespeople offers."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        session.add_all(
            [
                Salesperson(code="FREE"),
                Salesperson(code="BLOCKED", blocked=True),
                Salesperson(code="SECRET", privacy_blocked=True),
            ]
        )
        anna = factories.person(session, no="ANNA", salesperson_code="BLOCKED")
        factories.log_entry(session, anna, salesperson_code="SECRET")

    def offered(address):
        page = client.get(address).text
        select = re.search(
            r'<select[^>]*name="[a-z_]*salesperson_code".*?</select>', page, re.DOTALL
        )
        return re.findall(r'<option value="([A-Z]+)"', select[0])

    return offered


@pytest.mark.parametrize(
    "address",
    ["/segments/new", "/campaigns/new", "/interactions/new", "/setup/marketing"],
)
def test_a_new_choice_is_nobody_who_is_blocked(offered, address):
    assert offered(address) == ["FREE"]


def test_a_contact_may_have_whoever_is_not_blocked_for_privacy(offered):
    assert offered("/contacts/new") == ["BLOCKED", "FREE"]


@pytest.mark.parametrize(
    "address", ["/contacts", "/interaction-log-entries", "/segments?campaign_no=X"]
)
def test_everybodys_records_can_be_looked_for(offered, address):
    assert offered(address) == EVERYBODY
