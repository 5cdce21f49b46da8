"""Whom a select offers: blocked salespeople are kept, but chosen no longer (SLS-001)."""

import re

import pytest

from core.contacts.models import Salesperson
from core.database import transaction
from core.setup.queries import marketing_setup
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


def test_whom_a_campaign_and_marketing_setup_have_they_may_keep(
    client, offered, committing_engine
):
    with transaction(committing_engine) as session:
        factories.campaign(session, "CP1", salesperson_code="BLOCKED")
        marketing_setup(session).default_salesperson_code = "BLOCKED"
    campaign, setup = "/campaigns/CP1", "/setup/marketing"

    assert offered(campaign) == offered(setup) == ["FREE", "BLOCKED"]
    kept = {"description": "New words", "salesperson_code": "BLOCKED"}
    assert client.post(campaign, data=kept).status_code == 303
    kept = {"default_salesperson_code": "BLOCKED", "search_hit_percent": "60"}
    assert client.post(setup, data=kept).status_code == 303
    changed = {"description": "New words", "salesperson_code": "SECRET"}
    refused = client.post(campaign, data=changed)
    assert refused.status_code == 422
    assert "Salesperson SECRET is blocked." in refused.text
