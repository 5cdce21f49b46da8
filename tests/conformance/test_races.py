"""Several programs at once: numbers, steps, editors and Log."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.access.models import User
from core.database import transaction
from tests.conformance.program import Program, refusal

case = pytest.mark.case

AT_ONCE = 6


@pytest.fixture
def all_at_once(app, client, committing_engine):
    """Requests of several clients of one user, begun at the same moment."""

    def programs() -> list[Program]:
        with transaction(committing_engine) as session:
            user = session.scalars(select(User)).one()
        found = []
        for _ in range(AT_ONCE):
            another = app.test_client()
            with another.session_transaction() as cookie:
                cookie.update(user=user.id, epoch=user.session_epoch)
            found.append(Program(another, committing_engine))
        return found

    def ask(request: Callable[[Program, int], TestResponse]) -> Sequence[TestResponse]:
        start = Barrier(AT_ONCE)

        def go(numbered: tuple[int, Program]) -> TestResponse:
            start.wait(timeout=10)
            return request(numbered[1], numbered[0])

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(go, enumerate(programs())))

    return ask


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


@pytest.fixture
def spring(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(segment, "C1")
    return segment


@case("INV-021")
def test_numbers_are_never_given_twice(desk, all_at_once):
    answers = all_at_once(lambda program, _: program.post("segments"))

    assert statuses(answers) == [201] * AT_ONCE
    assert sorted(answer.json["no"] for answer in answers) == [
        f"SM{number:04}" for number in range(1, AT_ONCE + 1)
    ]


@case("NOS-004")
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("segments", {"no": "MINE"}),
        ("campaigns", {"no": "MINE"}),
        ("contacts", {"no": "MINE", "name": "Mine"}),
        ("salespeople", {"code": "MINE"}),
        ("interaction-templates", {"code": "MINE"}),
    ],
)
def test_of_several_with_the_same_number_one_is_created(
    desk, all_at_once, path, fields
):
    answers = all_at_once(lambda program, _: program.post(path, fields))

    assert statuses(answers) == [201] + [409] * (AT_ONCE - 1)
    assert {answer.json.get("code") for answer in answers} >= {"E-EXISTS"}


@case("NOS-004")
def test_a_number_by_hand_and_the_next_of_the_series_do_not_meet(desk, all_at_once):
    def create(program, index):
        return program.post("segments", {"no": "SM0001"} if index % 2 else {})

    answers = all_at_once(create)

    created = [answer.json["no"] for answer in answers if answer.status_code == 201]
    assert set(statuses(answers)) <= {201, 409}
    assert len(created) == len(set(created)) >= AT_ONCE // 2
    assert {segment["no"] for segment in desk.items("segments")} == set(created)


@case("TRAP-23", "TRAP-24", "INV-009")
def test_contacts_added_at_once_stand_in_the_segment_once(desk, all_at_once):
    segment = desk.segment()

    answers = all_at_once(
        lambda program, _: program.post(f"segments/{segment}/add-contacts")
    )

    assert statuses(answers) == [200] * AT_ONCE
    assert desk.contacts_of(segment) == ["C1", "C2", "C3"]
    steps = desk.items(f"segments/{segment}/criteria")
    assert [step["action_no"] for step in steps] == list(range(1, AT_ONCE + 1))


@case("INV-016")
def test_lines_added_by_hand_at_once_are_all_there(desk, all_at_once):
    segment = desk.segment()

    all_at_once(
        lambda program, _: program.post(
            f"segments/{segment}/lines", {"contact_no": "C1"}
        )
    )

    header, lines = desk.read(f"segments/{segment}"), desk.lines(segment)
    assert header["no_of_lines"] == len(lines) == AT_ONCE
    assert header["no_of_criteria_actions"] == AT_ONCE


@case("P4", "INV-004")
def test_log_pressed_at_once_is_pressed_once(desk, spring, all_at_once):
    answers = all_at_once(lambda program, _: program.post(f"segments/{spring}/log"))

    assert statuses(answers) == [202] + [409] * (AT_ONCE - 1)
    (job,) = desk.items("jobs")
    for answer in answers:
        if answer.status_code == 409:
            assert refusal(answer) == (409, "E-FROZEN")
            assert answer.json["links"]["job"] == f"/api/v1/jobs/{job['id']}"


@case("P4")
def test_one_key_sent_at_once_is_answered_alike(desk, spring, all_at_once):
    key = {"headers": {"Idempotency-Key": "spring"}}

    answers = all_at_once(
        lambda program, _: program.post(f"segments/{spring}/log", {}, **key)
    )

    assert statuses(answers) == [202] * AT_ONCE
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(desk.items("jobs")) == 1


@case("412")
def test_of_several_editors_with_the_same_version_one_wins(desk, spring, all_at_once):
    address = f"segments/{spring}"
    version = {"headers": {"If-Match": desk.get(address).headers["ETag"]}}

    answers = all_at_once(
        lambda program, index: program.patch(
            address, {"description": f"Editor {index}"}, **version
        )
    )

    assert statuses(answers) == [200] + [412] * (AT_ONCE - 1)
    (won,) = (answer for answer in answers if answer.status_code == 200)
    assert desk.read(address)["description"] == won.json["description"]


@case("412")
def test_of_several_editors_of_one_line_one_wins(desk, spring, all_at_once):
    address = f"segments/{spring}/lines/10000"
    version = {"headers": {"If-Match": desk.get(address).headers["ETag"]}}

    answers = all_at_once(
        lambda program, index: program.patch(address, {"cost": index}, **version)
    )

    assert statuses(answers) == [200] + [412] * (AT_ONCE - 1)


@case("TRAP-16")
def test_an_edit_and_log_at_once_come_one_after_the_other(desk, spring, all_at_once):
    def edit_or_log(program, index):
        if index == 0:
            return program.post(f"segments/{spring}/log")
        return program.patch(f"segments/{spring}", {"description": f"Editor {index}"})

    answers = all_at_once(edit_or_log)

    desk.run(answers[0].json)
    accepted = {
        answer.json["description"]
        for answer in answers[1:]
        if answer.status_code == 200
    }
    refused = [answer for answer in answers[1:] if answer.status_code != 200]
    (entry,) = desk.items("interaction-log-entries")
    assert entry["description"] in accepted | {"Spring"}
    assert {refusal(answer) for answer in refused} <= {(409, "E-FROZEN")}


@case("SEG-004")
def test_deleting_a_segment_at_once_deletes_it_once(desk, spring, all_at_once):
    answers = all_at_once(lambda program, _: program.delete(f"segments/{spring}"))

    assert statuses(answers) == [204] + [404] * (AT_ONCE - 1)


@case("GUARD-001")
def test_a_contact_is_added_or_deleted_but_not_both(desk, all_at_once):
    segment = desk.segment()

    def add_or_delete(program, index):
        if index % 2:
            return program.delete("contacts/C1")
        return program.post(f"segments/{segment}/lines", {"contact_no": "C1"})

    answers = all_at_once(add_or_delete)

    lines = desk.lines(segment)
    is_there = desk.get("contacts/C1").status_code == 200
    assert {answer.status_code for answer in answers} <= {201, 204, 404, 409, 422}
    assert is_there == bool(lines)
    assert all(line["contact_no"] == "C1" for line in lines)


@case("HIST-001")
def test_going_back_at_once_goes_back_step_by_step(desk, all_at_once):
    segment = desk.segment()
    for _ in range(3):
        desk.line(segment, "C1")

    answers = all_at_once(
        lambda program, _: program.post(f"segments/{segment}/go-back")
    )

    assert statuses(answers) == [200] * 3 + [409] * 3
    assert desk.read(f"segments/{segment}")["no_of_lines"] == 0


@case("CAMP-020")
def test_interactions_of_a_campaign_at_once_share_one_campaign_entry(desk, all_at_once):
    answers = all_at_once(
        lambda program, number: program.post(
            "interactions",
            {
                "contact_no": f"C{number % 3 + 1}",
                "interaction_template_code": "GOLF",
                "campaign_no": "CMP1",
            },
        )
    )

    assert statuses(answers) == [201] * AT_ONCE
    assert len({answer.json["entry_no"] for answer in answers}) == AT_ONCE
    (shared,) = desk.items("campaigns/CMP1/entries")
    assert shared["no_of_interactions"] == AT_ONCE


@case("POST-011", "P4")
def test_a_postponed_interaction_is_finished_by_one_of_several(desk, all_at_once):
    entry_no = desk.create(
        "interactions",
        contact_no="C1",
        interaction_template_code="GOLF",
        campaign_no="CMP1",
        postpone=True,
    )["entry_no"]

    answers = all_at_once(
        lambda program, _: program.post(f"postponed-interactions/{entry_no}/finish")
    )

    assert statuses(answers) == [200] + [409] * (AT_ONCE - 1)
    assert len(desk.items("interaction-log-entries")) == 1
    (entry,) = desk.items("campaigns/CMP1/entries")
    assert entry["no_of_interactions"] == 1


@case("P4")
def test_the_same_request_at_once_logs_one_interaction(desk, all_at_once):
    answers = all_at_once(
        lambda program, _: program.post(
            "interactions",
            {"contact_no": "C1", "interaction_template_code": "GOLF"},
            headers={"Idempotency-Key": "one-click"},
        )
    )

    assert statuses(answers) == [201] * AT_ONCE
    assert len({answer.json["entry_no"] for answer in answers}) == 1
    assert len(desk.items("interaction-log-entries")) == 1
