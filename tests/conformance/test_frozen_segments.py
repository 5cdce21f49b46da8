"""While a job reads a segment nobody changes it; afterwards all is as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from core.contacts.guard import lock_contacts
from core.database import transaction
from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def spring(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(segment, "C1")
    return segment


CHANGES = [
    ("PATCH", "", {"description": "New"}),
    ("PATCH", "", {}),
    ("PATCH", "", {"interaction_template_code": "BUS"}),
    ("DELETE", "", None),
    ("POST", "/lines", {"contact_no": "C2"}),
    ("PATCH", "/lines/10000", {"description": "Mine"}),
    ("PATCH", "/lines/10000", {"contact_no": "C2"}),
    ("DELETE", "/lines/10000", None),
    ("POST", "/add-contacts", {}),
    ("POST", "/reduce-contacts", {}),
    ("POST", "/refine-contacts", {}),
    ("POST", "/go-back", {}),
    ("POST", "/go-forward", {}),
    ("POST", "/log", {}),
    ("POST", "/log", {"create_follow_up": True}),
]


def everything(program, segment):
    """What can be read of a segment."""
    address = f"segments/{segment}"
    header = program.read(address)
    header.pop("job")
    return header, program.lines(segment), program.items(f"{address}/criteria")


def assert_frozen(program, segment, job):
    before = everything(program, segment)
    for method, path, fields in CHANGES:
        answer = program.ask(method, f"segments/{segment}{path}", json=fields)

        assert refusal(answer) == (409, "E-FROZEN"), (method, path)
        assert answer.json["links"] == {"job": f"/api/v1/jobs/{job['id']}"}
    assert everything(program, segment) == before
    assert program.read(f"segments/{segment}")["job"] == f"/api/v1/jobs/{job['id']}"


@case("TRAP-16", "E-FROZEN")
def test_a_segment_waiting_to_be_logged_is_frozen_through_every_door(desk, spring):
    job = desk.promise_log(spring)

    assert_frozen(desk, spring, job)


@contextmanager
def running(program, engine, job) -> Iterator[None]:
    """The job in the middle of its work: it waits for somebody who holds contacts."""
    worker = Thread(target=program.run, args=[job])
    with transaction(engine) as session:
        lock_contacts(session)
        worker.start()
        while program.read(f"jobs/{job['id']}")["phase"] != "checking":
            assert worker.is_alive()
        yield
    worker.join(timeout=30)


@case("TRAP-16", "P4")
def test_a_segment_being_logged_is_frozen_and_nobody_has_to_wait(
    desk, spring, committing_engine
):
    job = desk.promise_log(spring)

    with running(desk, committing_engine, job):
        assert_frozen(desk, spring, job)

    assert desk.read(f"jobs/{job['id']}")["state"] == "succeeded"


@case("P6")
def test_a_cancelled_log_leaves_the_segment_as_it_was(desk, spring):
    before = everything(desk, spring)
    job = desk.promise_log(spring)

    cancelled = desk.do(f"jobs/{job['id']}/cancel")
    again = desk.run(job)

    assert (cancelled["state"], again["state"]) == ("cancelled", "cancelled")
    assert everything(desk, spring) == before
    assert desk.read(f"segments/{spring}")["job"] is None
    assert desk.items("interaction-log-entries") == []
    desk.log(spring)


@case("P6")
def test_a_log_cancelled_while_it_runs_leaves_the_segment_as_it_was(
    desk, spring, committing_engine
):
    before = everything(desk, spring)
    job = desk.promise_log(spring)

    with running(desk, committing_engine, job):
        desk.do(f"jobs/{job['id']}/cancel")

    assert desk.read(f"jobs/{job['id']}")["state"] == "cancelled"
    assert everything(desk, spring) == before
    assert desk.items("logged-segments") == []


@case("INV-003", "P7")
def test_a_failed_log_hands_the_segment_back(desk, spring):
    desk.change(f"segments/{spring}/lines/10000", date=None)
    before = everything(desk, spring)

    desk.fail_to_log(spring)

    assert everything(desk, spring) == before
    assert desk.read(f"segments/{spring}")["job"] is None
    desk.change(f"segments/{spring}/lines/10000", inherit=["date"])
    desk.log(spring)


@case("GUARD-001")
def test_a_contact_cannot_vanish_from_a_frozen_segment(desk, spring):
    desk.promise_log(spring)

    assert desk.delete("contacts/C1").status_code == 409


@case("GUARD-004")
def test_masters_that_vanish_while_the_job_waits_are_found_missing(desk, spring):
    job = desk.promise_log(spring)
    desk.remove("salespeople/JR")

    problem = desk.run(job)["problem"]

    assert (problem["code"], problem["errors"][0]["line_no"]) == (
        "E-LINE-SALESPERSON",
        10000,
    )


@case("E-FROZEN")
def test_reading_a_frozen_segment_is_free(desk, spring):
    desk.promise_log(spring)

    for path in ("", "/lines", "/lines/10000", "/criteria", "/totals", "/preflight"):
        assert desk.get(f"segments/{spring}{path}").status_code == 200


@case("E-FROZEN")
def test_other_segments_are_not_frozen(desk, spring):
    other = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(other, "C1")
    desk.promise_log(spring)

    desk.change(f"segments/{other}", description="New")

    assert desk.read(f"segments/{other}")["job"] is None
