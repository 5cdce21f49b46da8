import pytest

from core.segments.models import Segment
from tests.support.pages import next_page
from tests.support.queries import counted_queries


@pytest.fixture
def segments(work):
    def make(*rows: dict[str, object]) -> None:
        with work() as session:
            session.add_all(Segment(**row) for row in rows)

    return make


def test_an_empty_list_teaches_what_a_segment_is(client):
    page = client.get("/segments").text

    assert "No active segments" in page
    assert 'href="/segments/new"' in page


def test_a_viewer_is_offered_no_new_segment(client_as):
    assert "/segments/new" not in client_as("viewer").get("/segments").text


def test_the_list_shows_lines_cost_and_actions(client, segment):
    page = client.get("/segments").text

    assert 'href="/segments/SM1"' in page
    assert "Spring mailing" in page
    assert "24.00" in page
    assert "3 criteria actions of SM1" in page


def test_a_frozen_segment_leads_to_its_job(client, frozen):
    page = client.get("/segments").text

    assert "Locked by a job" in page
    assert f'href="{frozen}"' in page


def test_filters_narrow_the_list_and_can_be_taken_away_one_by_one(client, segments):
    segments(
        {"no": "SM1", "description": "Spring fair", "campaign_no": "CP1"},
        {"no": "SM2", "description": "Spring gifts", "campaign_no": "CP2"},
        {"no": "SM3", "description": "Autumn", "campaign_no": "CP1"},
    )

    page = client.get("/segments?text=spring&campaign_no=cp1").text

    assert "SM1" in page
    assert "SM2" not in page
    assert "SM3" not in page
    assert 'href="/segments?campaign_no=cp1"' in page


def test_nothing_that_matches_is_told_apart_from_nothing_at_all(client, segment):
    page = client.get("/segments?state=locked").text

    assert "No segment matches" in page
    assert "No active segments" not in page


def test_pages_follow_each_other_without_gap_or_repeat(client, segments):
    segments(*({"no": f"SM{number:03}"} for number in range(1, 56)))

    first = client.get("/segments").text
    second = client.get(next_page(first)).text

    assert "SM006" in first
    assert "SM005" not in first
    assert "SM005" in second
    assert "SM006" not in second
    assert "First page" in second


def test_the_list_asks_as_often_for_one_segment_as_for_fifty(
    client, segments, committing_engine
):
    segments({"no": "SM0"})
    with counted_queries(committing_engine) as for_one:
        client.get("/segments")
    segments(*({"no": f"SM{number:03}"} for number in range(1, 50)))

    with counted_queries(committing_engine) as for_fifty:
        client.get("/segments")

    assert len(for_fifty) == len(for_one) <= 5


def test_text_is_shown_as_text(client, segments):
    segments({"no": "SM1", "description": "<b>Fair</b>"})

    assert "&lt;b&gt;Fair&lt;/b&gt;" in client.get("/segments").text
