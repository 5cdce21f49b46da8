from uuid import UUID

import pytest

from core.database import transaction
from core.jobs.monitor import Terms
from core.jobs.runner import run_job
from core.kinds import KINDS
from tests import factories

TERMS = Terms(
    worker="test", lease_seconds=15, heartbeat_seconds=0.2, is_draining=lambda: False
)


@pytest.fixture
def segment(client, committing_engine):
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        factories.salesperson(session)
        factories.template(session, "GOLF", unit_cost=8, unit_duration=2)
        factories.company(session, no="C1", salesperson_code="JR")
        factories.company(session, no="C2", salesperson_code="JR")
    answer = client.post(
        "/api/v1/segments",
        json={"description": "Spring", "interaction_template_code": "GOLF"},
    )
    for contact_no in ("C1", "C2"):
        client.post(
            f"{answer.headers['Location']}/lines", json={"contact_no": contact_no}
        )
    return answer.headers["Location"]


@pytest.fixture
def finish(client, committing_engine):
    def run(answer):
        assert answer.status_code == 202, answer.json
        run_job(committing_engine, KINDS, TERMS, UUID(answer.json["id"]))
        return client.get(answer.headers["Location"]).json

    return run


def test_preflight_says_what_log_will_do(client, segment):
    client.patch(f"{segment}/lines/20000", json={"date": None})

    found = client.get(f"{segment}/preflight").json

    assert (found["planned"], found["will_log"], found["refused"]) == (2, 1, 1)
    assert (found["cost"], found["duration"], found["can_log"]) == ("8.00", 2, False)
    assert found["by_problem"] == [{"code": "E-LINE-DATE", "count": 1}]
    assert found["errors"][0]["line_no"] == 20000


def test_logging_writes_entries_and_leads_to_them(client, segment, finish, nudge):
    answer = client.post(f"{segment}/log", json={"create_follow_up": True})
    job = finish(answer)

    assert (job["state"], job["percent"]) == ("succeeded", 100)
    assert job["result"]["planned"] == job["result"]["logged"] == 2
    entries = client.get(job["links"]["logged_segment"] + "/entries").json["items"]
    assert [entry["contact_no"] for entry in entries] == ["C1", "C2"]
    follow_up = client.get(job["links"]["follow_up_segment"]).json
    assert follow_up["description"] == "Follow-up on segment SM00001"
    assert follow_up["no_of_lines"] == 2
    assert str(nudge.rung[0]) == answer.json["id"]


def test_a_frozen_segment_leads_every_editor_to_the_job(client, segment):
    job = client.post(f"{segment}/log", json={}).headers["Location"]

    for answer in (
        client.patch(segment, json={"description": "Late"}),
        client.delete(segment),
        client.post(f"{segment}/lines", json={"contact_no": "C1"}),
        client.delete(f"{segment}/lines/10000"),
        client.post(f"{segment}/go-back"),
        client.post(f"{segment}/log", json={}),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "E-FROZEN")
        assert answer.json["links"]["job"] == job


def test_a_repeated_request_with_the_same_key_logs_once(client, segment, finish):
    headers = {"Idempotency-Key": "one"}
    first = client.post(f"{segment}/log", json={}, headers=headers)
    again = client.post(f"{segment}/log", json={}, headers=headers)

    finish(first)
    late = client.post(f"{segment}/log", json={}, headers=headers)

    assert first.json["id"] == again.json["id"] == late.json["id"]


def test_a_cancelled_log_leaves_the_segment_as_it_was(client, segment):
    before = client.get(segment).json
    job = client.post(f"{segment}/log", json={}).headers["Location"]

    assert client.post(f"{job}/cancel").json["state"] == "cancelled"
    assert client.get(segment).json == before


def test_a_failed_log_names_every_line_and_leaves_the_segment_editable(
    client, segment, finish
):
    client.patch(f"{segment}/lines/20000", json={"interaction_template_code": None})

    job = finish(client.post(f"{segment}/log", json={}))

    assert (job["state"], job["problem"]["code"]) == ("failed", "E-LINE-TEMPLATE")
    assert job["error_count"] == 1
    (error,) = client.get(job["links"]["errors"]).json["items"]
    assert (error["position"], error["code"]) == (20000, "E-LINE-TEMPLATE")
    assert client.patch(segment, json={"description": "Now"}).status_code == 200


def test_skipped_lines_are_listed_and_stay_behind(client, segment, finish):
    client.patch(f"{segment}/lines/20000", json={"date": None})

    job = finish(client.post(f"{segment}/log", json={"on_line_error": "skip"}))

    assert (job["result"]["logged"], job["result"]["skipped"]) == (1, 1)
    assert len(client.get(job["links"]["errors"]).json["items"]) == 1
    behind = client.get(job["links"]["left_behind_segment"]).json
    assert behind["no_of_lines"] == 1


def test_a_logged_number_is_not_logged_again(client, segment, finish):
    done = finish(client.post(f"{segment}/log", json={}))
    again = client.post(
        "/api/v1/segments", json={"no": "SM00001", "description": "Again"}
    )
    client.post(f"{again.headers['Location']}/lines", json={"contact_no": "C1"})

    answer = client.post(f"{segment}/log", json={})

    assert (answer.status_code, answer.json["code"]) == (409, "E-ALREADY")
    assert answer.json["links"]["logged_segment"] == done["links"]["logged_segment"]


def test_a_viewer_may_look_but_not_log(client, client_as, segment):
    viewer = client_as("viewer")

    assert viewer.get(f"{segment}/preflight").status_code == 200
    answer = viewer.post(f"{segment}/log", json={})

    assert (answer.status_code, answer.json["code"]) == (403, "E-ROLE")
