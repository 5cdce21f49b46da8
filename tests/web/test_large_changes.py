"""Many contacts at once: the API and the page lead to the job that does it."""

import pytest
from sqlalchemy import text

from core.contacts.classification.models import MailingGroup
from core.database import transaction
from core.interactions.models import LoggedSegment
from core.segments.change_roster import AT_ONCE
from core.segments.models import SavedCriteria, SavedCriteriaAction, Segment
from tests import factories

MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, company_id)"
    " SELECT n, 'C' || lpad(n::text, 6, '0'), 0, 'Company ' || n, n"
    " FROM generate_series(1, :contacts) n"
)

MANY_ENTRIES = text(
    "INSERT INTO interaction_log_entry"
    " (entry_no, logged_segment_entry_no, segment_line_no, contact_id,"
    " contact_company_id, date)"
    " SELECT id, :logged, id * 10000, id, id, '2026-05-04' FROM contact"
)


@pytest.fixture
def crowd(committing_engine):
    """An empty segment SM1, and one contact more than is added at once."""
    with transaction(committing_engine) as session:
        session.execute(MANY_CONTACTS, {"contacts": AT_ONCE + 1})
        session.add(Segment(no="SM1"))


def test_the_api_answers_with_the_job_and_rings_for_it(client, crowd, nudge):
    answer = client.post("/api/v1/segments/SM1/add-contacts", json={})

    assert (answer.status_code, answer.json["kind"]) == (202, "add_contacts")
    assert answer.headers["Location"].endswith(f"/api/v1/jobs/{answer.json['id']}")
    assert [str(rung) for rung in nudge.rung] == [answer.json["id"]]
    assert client.get("/api/v1/segments/SM1").json["job"] == answer.headers["Location"]


def test_a_repeated_request_is_led_to_the_same_job(client, crowd):
    key = {"Idempotency-Key": "once"}
    first, second = (
        client.post("/api/v1/segments/SM1/add-contacts", json={}, headers=key)
        for _ in range(2)
    )

    assert first.json["id"] == second.json["id"]


def test_one_contact_less_is_added_at_once(client, crowd):
    all_but_one = {"contact": {"no": {"from": "C000002"}}}

    answer = client.post(
        "/api/v1/segments/SM1/add-contacts", json={"filters": all_but_one}
    )

    assert (answer.status_code, answer.json["no_of_lines"]) == (200, AT_ONCE)


def test_the_page_leads_to_the_job(client, crowd, nudge):
    answer = client.post("/segments/SM1/add", data={})

    (job,) = nudge.rung
    assert answer.headers["Location"] == f"/jobs/{job}"
    assert "Add contacts to segment SM1" in client.get(f"/jobs/{job}").text


@pytest.fixture
def logged_crowd(committing_engine, crowd) -> int:
    """The crowd, logged once; its entry number."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        session.add(MailingGroup(code="M"))
        logged = LoggedSegment(segment_no="OLD", creation_date=factories.WORK_DATE)
        session.add(logged)
        session.flush()
        session.execute(MANY_ENTRIES, {"logged": logged.entry_no})
        session.add(SavedCriteria(code="ALL"))
        session.flush()
        session.add(SavedCriteriaAction(code="ALL", action_no=1, kind=1, filters={}))
        return logged.entry_no


@pytest.mark.parametrize("kind", ["reuse_criteria", "reuse_logged_segment"])
def test_what_is_reused_is_a_job_when_it_is_much(client, logged_crowd, nudge, kind):
    body = {
        "reuse_criteria": {"code": "ALL"},
        "reuse_logged_segment": {"logged_segment_entry_no": logged_crowd},
    }[kind]

    answer = client.post(f"/api/v1/segments/SM1/{kind.replace('_', '-')}", json=body)

    assert (answer.status_code, answer.json["kind"]) == (202, kind)
    assert [str(rung) for rung in nudge.rung] == [answer.json["id"]]
    assert client.get("/api/v1/segments/SM1").json["no_of_lines"] == 0


def test_a_large_follow_up_has_its_segment_at_once(client, logged_crowd, nudge):
    answer = client.post(f"/api/v1/logged-segments/{logged_crowd}/follow-up")

    assert (answer.status_code, answer.json["title"]) == (
        202,
        "Follow up segment OLD as SM00001",
    )
    segment = client.get("/api/v1/segments/SM00001").json
    assert (segment["no_of_lines"], segment["job"]) == (0, answer.headers["Location"])
    assert [str(rung) for rung in nudge.rung] == [answer.json["id"]]


def test_the_pages_lead_to_those_jobs(client, logged_crowd, nudge):
    posts = {
        "/segments/SM1/reuse-criteria": {"code": "ALL"},
        f"/logged-segments/{logged_crowd}/follow-up": {},
    }

    for path, form in posts.items():
        answer = client.post(path, data=form)

        assert answer.headers["Location"] == f"/jobs/{nudge.rung[-1]}"
        assert client.get(answer.headers["Location"]).status_code == 200
