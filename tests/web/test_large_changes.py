"""Many contacts at once: the API and the page lead to the job that does it."""

import pytest
from sqlalchemy import text

from core.database import transaction
from core.segments.change_roster import AT_ONCE
from core.segments.models import Segment

MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, company_id)"
    " SELECT n, 'C' || lpad(n::text, 6, '0'), 0, 'Company ' || n, n"
    " FROM generate_series(1, :contacts) n"
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
