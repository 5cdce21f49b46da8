from types import SimpleNamespace

import pytest

from web import crowd
from web.crowd import CALM_SECONDS, MOST_A_SECOND, WATCHED_SECONDS, Crowd

A_CROWD = MOST_A_SECOND * WATCHED_SECONDS


@pytest.fixture
def clock(monkeypatch):
    """Stands still until a test moves it."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(crowd, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def client(client, app, clock):
    made = app.extensions["rollcall"]
    app.extensions["rollcall"] = made._replace(crowd=Crowd())
    return client


def test_a_few_tabs_ask_as_often_as_their_people_chose(client):
    answers = [client.get("/jobs/live") for _ in range(A_CROWD - 1)]

    assert all("Retry-After" not in answer.headers for answer in answers)


def test_in_a_crowd_every_answer_asks_to_wait(client):
    for _ in range(A_CROWD - 1):
        client.get("/jobs/live")

    full = client.get("/jobs/live")
    unchanged = client.get(
        "/jobs/live", headers={"If-None-Match": full.headers["ETag"]}
    )

    assert (full.status_code, unchanged.status_code) == (200, 304)
    assert full.headers["Retry-After"] == str(CALM_SECONDS)
    assert unchanged.headers["Retry-After"] == str(CALM_SECONDS)


def test_pages_that_are_opened_make_no_crowd(client):
    for _ in range(A_CROWD):
        client.get("/jobs")

    assert "Retry-After" not in client.get("/jobs/live").headers


def test_a_crowd_that_has_gone_is_forgotten(clock):
    looks = Crowd()
    for _ in range(A_CROWD):
        looks.look()
    was_there = looks.wait_seconds()

    clock.now += WATCHED_SECONDS

    assert was_there == CALM_SECONDS
    assert looks.wait_seconds() is None
