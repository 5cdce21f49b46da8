"""The page of a campaign's targets: the question before, the list after."""

import pytest
from sqlalchemy import func, select

from core.campaigns.models import CampaignTarget
from core.segments.activate_campaign import activate_campaign
from core.segments.change_segment import change_segment
from core.segments.models import Segment
from core.segments.target_group import size_if_activated
from tests.support.queries import counted_queries
from tests.support.spring_mailing import masters, people, segment, work
from web import campaign_targets

__all__ = ["masters", "people", "segment", "work"]


@pytest.fixture
def aimed(work, segment):
    """The lines of SM1 are targets of CP1."""
    with work() as session:
        found = session.scalars(select(Segment)).one()
        change_segment(session, found, {"campaign_target": True})


@pytest.fixture
def targets(work):
    def number():
        with work() as session:
            return session.execute(select(func.count(CampaignTarget.no))).scalar_one()

    return number


def test_the_question_is_asked_in_numbers_and_answered(client, aimed, targets):
    page = client.get("/campaigns/CP1/targets").text
    answer = client.post(
        "/campaigns/CP1/activate", data={"expected": "1"}, follow_redirects=True
    )

    assert "Activate with 1 target?" in page
    assert 'name="expected" value="1"' in page
    assert "Campaign CP1 is activated: 1 targets." in answer.text
    assert '<a href="/contacts/C1">Cronus</a>' in answer.text
    assert targets() == 1


def test_a_large_group_leads_to_the_job_that_fills_it(
    client, aimed, targets, nudge, monkeypatch
):
    monkeypatch.setitem(activate_campaign.__kwdefaults__, "at_once", 0)

    answer = client.post("/campaigns/CP1/activate", data={"expected": "1"})

    address = f"/jobs/{nudge.rung[0]}"
    assert (answer.status_code, answer.location) == (303, address)
    again = client.post("/campaigns/CP1/activate", data={"expected": "1"})
    assert again.status_code == 409
    assert address in again.text
    assert targets() == 0


def test_a_large_group_is_not_reckoned_for_the_question(
    client, aimed, targets, nudge, monkeypatch
):
    for reads in (activate_campaign, size_if_activated):
        monkeypatch.setitem(reads.__kwdefaults__, "at_once", 0)

    page = client.get("/campaigns/CP1/targets").text
    answer = client.post("/campaigns/CP1/activate")

    assert "Activate by a job" in page
    assert 'name="expected"' not in page
    assert answer.location == f"/jobs/{nudge.rung[0]}"


def test_another_number_asks_again(client, aimed, targets):
    answer = client.post("/campaigns/CP1/activate", data={"expected": "7"})

    assert answer.status_code == 422
    assert "it was 7 when you looked" in answer.text
    assert "Activate with 1 target?" in answer.text
    assert targets() == 0


def test_without_targets_the_page_says_what_makes_one(client, segment):
    page = client.get("/campaigns/CP1/targets").text
    answer = client.post("/campaigns/CP1/activate")

    assert "Nobody to aim at yet" in page
    assert answer.status_code == 422
    assert "has nobody to be aimed at" in answer.text


def test_deactivating_forgets_them(client, aimed, targets):
    client.post("/campaigns/CP1/activate")
    card = client.get("/campaigns/CP1").text
    answer = client.post("/campaigns/CP1/deactivate", follow_redirects=True)

    assert "Activated" in card
    assert "Campaign CP1 is no longer activated." in answer.text
    assert targets() == 0


def test_who_may_only_read_is_not_asked(client_as, aimed):
    page = client_as("viewer").get("/campaigns/CP1/targets")
    operator = client_as("operator")

    assert page.status_code == 200
    assert "<button" not in page.text.split("<main")[1]
    assert operator.get("/campaigns/CP1/targets").status_code == 403
    assert "/campaigns/CP1/targets" not in operator.get("/campaigns/CP1").text


def test_a_long_list_comes_in_pages_and_asks_no_more_than_a_short_one(
    client, work, committing_engine, aimed, monkeypatch
):
    client.post("/campaigns/CP1/activate")
    with counted_queries(committing_engine) as few:
        client.get("/campaigns/CP1/targets")
    with work() as session:
        session.add_all(
            CampaignTarget(campaign_no="CP1", type=1, no=f"X{number:03}")
            for number in range(60)
        )
    with counted_queries(committing_engine) as many:
        first = client.get("/campaigns/CP1/targets").text
    second = client.get("/campaigns/CP1/targets?after=1/X048").text

    monkeypatch.setattr(campaign_targets, "COUNTED_UP_TO", 60)
    counted_no_further = client.get("/campaigns/CP1/targets").text
    nonsense = client.get("/campaigns/CP1/targets?after=X048").text

    assert len(many) == len(few)
    assert "<dd>61</dd>" in first
    assert "<dd>60 and more</dd>" in counted_no_further
    assert "after=1%2FX048" in nonsense
    assert "after=1%2FX048" in first
    assert "X049" in second
    assert "X048" not in second.split("<table>")[1]


def test_nobody_knows_a_campaign_that_is_not_there(client, masters):
    assert client.get("/campaigns/CP9/targets").status_code == 404
    assert client.post("/campaigns/CP9/activate").status_code == 404
