import pytest
from sqlalchemy import func

from core.campaigns.models import Campaign, CampaignEntry
from core.database import transaction
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.segments.models import Segment
from tests.factories import WORK_DATE
from tests.support.pages import next_page
from tests.support.queries import counted_queries


@pytest.fixture
def add(committing_engine):
    def rows(*those):
        with transaction(committing_engine) as session:
            session.add_all(those)
        return those[0]

    return rows


def logged(no: str = "SM1", **values: object) -> LoggedSegment:
    values = {"creation_date": WORK_DATE, "user_id": "anna", **values}
    return LoggedSegment(segment_no=no, **values)


def test_an_empty_list_teaches_what_a_logged_segment_is(client):
    assert "Nothing has been logged yet" in client.get("/logged-segments").text


def test_the_list_shows_what_was_logged_and_leads_to_it(client, add):
    made = add(logged(description="Fair", no_of_lines=1204, no_of_interactions=1201))

    page = client.get("/logged-segments").text

    assert f'href="/logged-segments/{made.entry_no}"' in page
    assert "Fair" in page
    assert "1\u202f204" in page
    assert f"logged_segment_entry_no={made.entry_no}" in page


@pytest.mark.parametrize(
    "query",
    ["text=fair", "campaign_no=cp1", "user_id=bert", "from=2026-05-05", "canceled=yes"],
)
def test_every_filter_narrows_the_list(client, add, query):
    add(logged("SM1"))
    add(
        logged(
            "SM2",
            description="Spring fair",
            campaign_no="CP1",
            user_id="bert",
            creation_date=WORK_DATE.replace(day=6),
            canceled=True,
        )
    )

    page = client.get(f"/logged-segments?{query}").text

    assert "SM2" in page
    assert "SM1<" not in page


def test_nothing_that_matches_is_said_so(client, add):
    add(logged())

    assert "No logged segment matches" in client.get("/logged-segments?text=zz").text


def test_pages_follow_each_other_with_a_fixed_number_of_questions(
    client, add, committing_engine
):
    add(*(logged(f"SM{number:03}") for number in range(1, 56)))

    with counted_queries(committing_engine) as queries:
        first = client.get("/logged-segments").text
    second = client.get(next_page(first)).text

    assert "SM055" in first
    assert "SM005" not in first
    assert "SM005" in second
    assert len(queries) <= 4


def test_the_card_says_that_the_numbers_agree(client, add):
    made = add(logged(no_of_lines=209, no_of_interactions=206, no_skipped=3))

    page = client.get(f"/logged-segments/{made.entry_no}").text

    assert "209 planned = 206 logged + 3 skipped" in page
    assert "do not agree" not in page


def test_the_card_leads_to_campaigns_follow_up_and_job(client, add):
    job = add(
        Job(
            kind="log_segment",
            title="Log segment SM1",
            arguments={},
            work_date=WORK_DATE,
            result={"follow_up_segment_no": "SM2", "left_behind_segment_no": "SM3"},
        )
    )
    made = add(logged(job_id=job.id))
    add(Segment(no="SM2"), Segment(no="SM3"))
    add(
        Campaign(no="CP1", description="Spring fair"),
        CampaignEntry(campaign_no="CP1", logged_segment_entry_no=made.entry_no),
    )

    page = client.get(f"/logged-segments/{made.entry_no}").text

    assert 'href="/campaigns/CP1"' in page
    assert "Spring fair" in page
    assert 'href="/segments/SM2"' in page
    assert 'href="/segments/SM3"' in page
    assert f'href="/jobs/{job.public_id}"' in page


def test_the_card_says_what_became_of_the_segments_that_came_out_of_the_log(
    client, add
):
    job = add(
        Job(
            kind="log_segment",
            title="Log segment SM1",
            arguments={},
            work_date=WORK_DATE,
            result={"follow_up_segment_no": "SM2", "left_behind_segment_no": "SM3"},
        )
    )
    made = add(logged(job_id=job.id))
    add(logged("SM2", undone_at=func.now(), canceled=True))
    later = add(logged("SM2"))

    page = client.get(f"/logged-segments/{made.entry_no}").text

    assert 'href="/segments/' not in page
    assert f'href="/logged-segments/{later.entry_no}">logged as number' in page
    assert "Segment with the lines left behind SM3, <span" in page
    assert "deleted since" in page


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([Segment(no="SM1")], '<a href="/segments/SM1">segment SM1</a>'),
        ([logged("SM1")], "segment SM1, <a"),
        ([], 'segment SM1, <span class="muted">deleted since</span>'),
    ],
    ids=["open", "logged again", "deleted"],
)
def test_the_card_of_an_undone_log_says_where_its_lines_are_now(
    client, add, rows, words
):
    made = add(logged("SM1", undone_at=func.now(), undone_by="anna", canceled=True))
    if rows:
        add(*rows)

    page = client.get(f"/logged-segments/{made.entry_no}").text

    assert f"its lines went back into {words}" in page


def test_a_logged_segment_that_does_not_exist_is_said_so(client):
    assert client.get("/logged-segments/9").status_code == 404


def test_operators_see_numbers_but_no_way_to_people(client_as, add):
    made = add(logged())

    page = client_as("operator").get(f"/logged-segments/{made.entry_no}").text

    assert "SM1" in page
    assert "interaction-log-entries" not in page
