"""The contacts of a logged segment once more: in an open segment, and in a new one."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def logged(desk):
    """The number of a logged segment: C2, C1, C2, the last one for another campaign."""
    desk.create("campaigns", no="CMP2")
    segment = desk.segment(
        interaction_template_code="GOLF", campaign_no="CMP1", subject_default="Hello"
    )
    desk.line(segment, "C2")
    desk.line(segment, "C1", description="Mine")
    desk.line(segment, "C2", campaign_no="CMP2")
    entry_no: int = desk.log(segment)["result"]["logged_segment_entry_no"]
    return entry_no


def reuse(program, segment, entry_no, **fields):
    return program.do(
        f"segments/{segment}/reuse-logged-segment",
        logged_segment_entry_no=entry_no,
        **fields,
    )


def follow_up(program, entry_no):
    return program.create(f"logged-segments/{entry_no}/follow-up")


def campaigns_of(program, segment):
    return [line["campaign_no"] for line in program.lines(segment)]


# --- in an open segment (FUP-010, FUP-013, FUP-020, FUP-021) -----------------------------


@case("FUP-010", "FUP-020")
def test_every_entry_becomes_a_line_in_the_order_of_the_entries(desk, logged):
    segment = desk.segment()

    header = reuse(desk, segment, logged)

    assert desk.contacts_of(segment) == ["C2", "C1", "C2"]
    assert [line["line_no"] for line in desk.lines(segment)] == [10000, 20000, 30000]
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (3, 1)


@case("FUP-010")
def test_it_is_one_step_that_goes_back_as_one(desk, logged):
    segment = desk.segment()
    reuse(desk, segment, logged)

    (step,) = desk.items(f"segments/{segment}/criteria")

    assert (step["action"], step["lines_changed"]) == ("add_contacts", 3)
    assert step["allow_existing_contacts"] is True
    (condition,) = step["filters"]["interaction_log_entry"].values()
    assert [str(value) for value in condition] == [str(logged)]
    assert desk.do(f"segments/{segment}/go-back")["no_of_lines"] == 0


@case("FUP-010")
@pytest.mark.parametrize("header", [None, "CMP1", "CMP2"])
def test_a_line_has_the_campaign_it_was_logged_with(desk, logged, header):
    segment = desk.segment(campaign_no=header)

    reuse(desk, segment, logged)

    assert campaigns_of(desk, segment) == ["CMP1", "CMP1", "CMP2"]
    own = [line["personal"] for line in desk.lines(segment)]
    assert own == [
        [] if line == header else ["campaign_no"] for line in ("CMP1", "CMP1", "CMP2")
    ]


@case("FUP-010")
def test_a_blank_campaign_stays_blank_under_a_header_with_one(desk):
    first = desk.segment(interaction_template_code="GOLF")
    desk.line(first, "C1")
    entry_no = desk.log(first)["result"]["logged_segment_entry_no"]
    segment = desk.segment(campaign_no="CMP1")

    reuse(desk, segment, entry_no)

    (line,) = desk.lines(segment)
    assert (line["campaign_no"], line["personal"]) == (None, ["campaign_no"])


@case("FUP-013")
def test_all_else_comes_from_the_header(desk, logged):
    segment = desk.segment(
        interaction_template_code="BUS", subject_default="Again", salesperson_code="JR"
    )

    reuse(desk, segment, logged)

    for line in desk.lines(segment):
        assert (line["interaction_template_code"], line["cost"]) == ("BUS", "9.50")
        assert (line["subject"], line["description"]) == ("Again", "Spring")
        assert line["salesperson_code"] == "JR"


@case("FUP-020")
def test_neither_exclusion_nor_lines_that_are_there_keep_an_entry_out(desk, logged):
    desk.change("contacts/C1", exclude_from_segment=True)
    segment = desk.segment()
    desk.line(segment, "C2")

    reuse(desk, segment, logged, confirm=True)

    assert desk.contacts_of(segment) == ["C2", "C2", "C1", "C2"]


@case("FUP-020")
def test_an_entry_whose_contact_is_gone_makes_no_line(desk, logged):
    desk.remove("contacts/C1")
    segment = desk.segment()

    reuse(desk, segment, logged)

    assert desk.contacts_of(segment) == ["C2", "C2"]


@case("FUP-021")
def test_a_segment_with_actions_has_to_be_confirmed(desk, logged):
    segment = desk.segment()
    desk.line(segment, "C3")

    answer = desk.post(
        f"segments/{segment}/reuse-logged-segment", {"logged_segment_entry_no": logged}
    )

    assert refusal(answer) == (409, "E-CONFIRM")
    assert desk.contacts_of(segment) == ["C3"]
    assert reuse(desk, segment, logged, confirm=True)["no_of_lines"] == 4


@case("FUP-021")
@pytest.mark.parametrize("entry_no", [999, 2**62])
def test_what_was_never_logged_cannot_be_reused(desk, entry_no):
    segment = desk.segment()

    answer = desk.post(
        f"segments/{segment}/reuse-logged-segment",
        {"logged_segment_entry_no": entry_no},
    )

    assert refusal(answer) == (422, "E-UNKNOWN-CODE")


# --- in a new segment (FUP-022, FUP-023) ---------------------------------------------------


@case("FUP-022", "FUP-011", "INV-008")
def test_a_follow_up_is_made_later(desk, logged, own_salesperson):
    own_salesperson("JR")
    desk.change("contacts/C1", salesperson_code="BC")

    answer = desk.post(
        f"logged-segments/{logged}/follow-up", headers={"X-Work-Date": "2026-02-03"}
    )

    assert answer.status_code == 201
    header = answer.json
    assert answer.headers["Location"] == f"/api/v1/segments/{header['no']}"
    assert header["description"] == "Follow-up on segment SM0001"
    assert (header["campaign_no"], header["date"]) == ("CMP1", "2026-02-03")
    assert (header["salesperson_code"], header["no_series"]) == ("JR", "SEGM")
    assert (header["interaction_template_code"], header["cost"]) == (None, "0.00")
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (3, 1)
    lines = desk.lines(header["no"])
    assert [line["contact_no"] for line in lines] == ["C2", "C1", "C2"]
    assert [line["campaign_no"] for line in lines] == ["CMP1", "CMP1", "CMP2"]
    assert {line["description"] for line in lines} == {header["description"]}
    assert [line["personal"] for line in lines] == [[], [], ["campaign_no"]]


@case("FUP-022")
def test_the_campaign_is_the_header_s_even_where_no_line_had_it(desk):
    desk.create("campaigns", no="CMP2")
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")
    desk.line(segment, "C1", campaign_no="CMP2")
    entry_no = desk.log(segment)["result"]["logged_segment_entry_no"]

    header = follow_up(desk, entry_no)

    assert header["campaign_no"] == "CMP1"
    assert campaigns_of(desk, header["no"]) == ["CMP2"]


@case("FUP-023")
def test_a_log_is_followed_up_as_often_as_wanted(desk, logged):
    numbers = [follow_up(desk, logged)["no"] for _ in range(2)]

    assert numbers == ["SM0002", "SM0003"]
    assert [len(desk.lines(no)) for no in numbers] == [3, 3]


@case("FUP-022")
def test_the_same_request_makes_one_follow_up(desk, logged):
    key = {"Idempotency-Key": "once"}
    path = f"logged-segments/{logged}/follow-up"

    first, second = (desk.post(path, headers=key) for _ in range(2))

    assert first.json == second.json
    assert len(desk.items("segments")) == 1


@case("FUP-002")
def test_a_follow_up_needs_a_number(desk, logged):
    desk.change("marketing-setup", segment_nos=None)

    answer = desk.post(f"logged-segments/{logged}/follow-up")

    assert refusal(answer) == (422, "E-SERIES-SETUP")
    assert desk.items("segments") == []


@case("FUP-001")
def test_a_follow_up_is_not_given_to_somebody_blocked(desk, logged, own_salesperson):
    desk.create("salespeople", code="OLD", blocked=True)
    own_salesperson("OLD")

    answer = desk.post(f"logged-segments/{logged}/follow-up")

    assert refusal(answer) == (422, "E-SALES-DEFAULT")


@case("FUP-012", "LOG-060")
def test_a_follow_up_made_later_can_be_logged_and_followed_up_again(desk, logged):
    no = follow_up(desk, logged)["no"]
    desk.change(f"segments/{no}", interaction_template_code="BUS")

    job = desk.log(no, create_follow_up=True)

    assert job["result"]["logged"] == 3
    again = job["result"]["follow_up_segment_no"]
    assert desk.contacts_of(again) == ["C2", "C1", "C2"]


@case("FUP-022")
def test_there_is_no_follow_up_of_what_was_never_logged(desk, program_as, logged):
    assert desk.post("logged-segments/999/follow-up").status_code == 404
    viewer = program_as("viewer")
    assert viewer.post(f"logged-segments/{logged}/follow-up").status_code == 403
