"""The segment that a log leaves behind for the next round."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case

BLANK_HEADER = {
    "interaction_template_code": None,
    "interaction_group_code": None,
    "unit_cost": "0.00",
    "unit_duration": 0,
    "information_flow": None,
    "initiated_by": None,
    "campaign_target": False,
    "campaign_response": False,
    "correspondence_type_default": None,
    "ignore_contact_corres_type": False,
    "language_code_default": None,
    "subject_default": None,
    "send_word_docs_as_attmt": False,
}


@pytest.fixture
def spring(desk):
    """A segment with about everything that a follow-up must not keep."""
    for code in ("ENU", "DAN"):
        desk.create("languages", code=code)
    desk.create("interaction-templates/GOLF/languages", language_code="DAN")
    desk.change(
        "interaction-templates/GOLF",
        language_code_default="ENU",
        correspondence_type_default="email",
        ignore_contact_corres_type=True,
    )
    return desk.segment(
        salesperson_code="JR",
        campaign_no="CMP1",
        interaction_template_code="GOLF",
        campaign_target=True,
        campaign_response=True,
        subject_default="Hello",
        send_word_docs_as_attmt=True,
    )


def follow_up_of(program, segment, **options):
    job = program.log(segment, create_follow_up=True, **options)
    no: str = job["result"]["follow_up_segment_no"]
    return no


@case("FUP-001")
def test_its_header_is_new_but_for_the_campaign(desk, spring, own_salesperson):
    own_salesperson("BC")
    desk.line(spring, "C1")
    answer = desk.post(
        f"segments/{spring}/log",
        {"create_follow_up": True},
        headers={"X-Work-Date": "2026-02-03"},
    )

    job = desk.run(answer.json)

    header = desk.read(f"segments/{job['result']['follow_up_segment_no']}")
    assert {name: header[name] for name in BLANK_HEADER} == BLANK_HEADER
    assert (header["no"], header["no_series"]) == ("SM0002", "SEGM")
    assert header["description"] == f"Follow-up on segment {spring}"
    assert (header["campaign_no"], header["date"]) == ("CMP1", "2026-02-03")
    assert (header["salesperson_code"], header["job"]) == ("BC", None)
    assert (header["cost"], header["duration"]) == ("0.00", 0)


@case("FUP-010", "INV-008")
def test_its_lines_are_the_contacts_that_were_logged_in_their_order(desk, spring):
    for no in ("C2", "C1", "C3", "C2"):
        desk.line(spring, no)
    desk.remove(f"segments/{spring}/lines/30000")

    follow_up = follow_up_of(desk, spring)

    assert desk.contacts_of(follow_up) == ["C2", "C1", "C2"]
    assert desk.read(f"segments/{follow_up}")["no_of_lines"] == 3


@case("INV-008")
def test_its_history_is_one_step(desk, spring):
    desk.line(spring, "C1")
    desk.line(spring, "C2")
    job = desk.log(spring, create_follow_up=True)
    follow_up = job["result"]["follow_up_segment_no"]

    (step,) = desk.items(f"segments/{follow_up}/criteria")

    assert (step["action"], step["allow_existing_contacts"]) == ("add_contacts", True)
    assert step["lines_changed"] == 2
    logged = job["result"]["logged_segment_entry_no"]
    (condition,) = step["filters"]["interaction_log_entry"].values()
    assert [str(value) for value in condition] == [str(logged)]
    assert desk.read(f"segments/{follow_up}")["no_of_criteria_actions"] == 1


@case("FUP-011")
def test_its_lines_carry_contact_campaign_and_nothing_else(desk, spring):
    desk.create("campaigns", no="CMP2")
    desk.company("C9", correspondence_type="hard_copy", salesperson_code="BC")
    desk.create("contacts/C9/alternative-addresses", code="ALT1")
    desk.create("contacts/C9/alternative-addresses", code="ALT9")
    desk.create(
        "contacts/C9/alternative-addresses/ALT1/date-ranges",
        starting_date="2020-01-01",
    )
    desk.line(
        spring,
        "C9",
        campaign_no="CMP2",
        description="Mine",
        cost="12.34",
        duration=7,
        evaluation="positive",
        contact_via="999-111",
        attempt_failed=True,
        time_of_interaction="14:30:00",
        interaction_template_code="BUS",
        interaction_group_code="LETTER",
        contact_alt_address_code="ALT9",
        language_code="DAN",
        subject="Mine",
        date="2026-01-31",
    )

    follow_up = follow_up_of(desk, spring)

    header = desk.read(f"segments/{follow_up}")
    (line,) = desk.lines(follow_up)
    assert (line["contact_no"], line["contact_company_no"]) == ("C9", "C9")
    assert (line["campaign_no"], line["salesperson_code"]) == ("CMP2", "BC")
    assert line["correspondence_type"] == "hard_copy"
    assert line["contact_alt_address_code"] == "ALT1"
    assert line["description"] == header["description"]
    assert line["date"] == header["date"]
    for blank in (
        "interaction_template_code",
        "interaction_group_code",
        "information_flow",
        "initiated_by",
        "language_code",
        "subject",
        "evaluation",
        "time_of_interaction",
        "contact_via",
    ):
        assert line[blank] is None, blank
    assert (line["cost"], line["duration"]) == ("0.00", 0)
    assert not line["campaign_target"]
    assert not line["campaign_response"]
    assert not line["attempt_failed"]
    assert line["personal"] == ["campaign_no"]


@case("FUP-010")
def test_a_line_logged_without_campaign_stays_without_one(desk, spring):
    desk.line(spring, "C1", campaign_no=None)
    desk.line(spring, "C2")

    follow_up = follow_up_of(desk, spring)

    assert [line["campaign_no"] for line in desk.lines(follow_up)] == [None, "CMP1"]


@case("FUP-010")
def test_the_campaign_of_a_lines_template_stays_with_the_line(desk):
    desk.template("MAIL", campaign_no="CMP1")
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1", interaction_template_code="MAIL")

    follow_up = follow_up_of(desk, segment)

    assert desk.lines(follow_up)[0]["campaign_no"] == "CMP1"
    assert desk.read(f"segments/{follow_up}")["campaign_no"] is None


@case("FUP-023", "INV-004")
def test_a_follow_up_can_be_completed_and_logged_again(desk, spring):
    desk.line(spring, "C1")
    first = follow_up_of(desk, spring)
    desk.change(f"segments/{first}", interaction_template_code="BUS")
    desk.line(first, "C2")

    second = follow_up_of(desk, first)

    assert desk.read(f"segments/{second}")["description"].endswith(first)
    assert desk.contacts_of(second) == ["C1", "C2"]
    entries = desk.items("interaction-log-entries")[::-1]
    assert [(entry["segment_no"], entry["contact_no"]) for entry in entries] == [
        (spring, "C1"),
        (first, "C1"),
        (first, "C2"),
    ]
    assert [entry["interaction_template_code"] for entry in entries] == [
        *("GOLF", "BUS", "BUS")
    ]


@case("FUP-001")
def test_the_old_number_is_free_for_reading_and_taken_for_logging(desk, spring):
    desk.line(spring, "C1")
    follow_up_of(desk, spring)

    assert desk.get(f"segments/{spring}").status_code == 404
    assert refusal(desk.post(f"segments/{spring}/log")) == (409, "E-ALREADY")


@case("FUP-002", "NOS-001")
def test_a_number_taken_by_hand_is_passed_over(desk, spring):
    desk.line(spring, "C1")
    desk.segment(no="SM0002")

    assert follow_up_of(desk, spring) == "SM0003"


@case("FUP-002")
def test_a_number_logged_before_is_passed_over(desk, spring):
    by_hand = desk.segment(no="SM0002", interaction_template_code="GOLF")
    for segment in (by_hand, spring):
        desk.line(segment, "C1")
    desk.log(by_hand)

    assert follow_up_of(desk, spring) == "SM0003"


@case("FUP-010", "HIST-001")
def test_steps_of_the_follow_up_can_be_undone_and_end_at_its_roster(desk, spring):
    for no in ("C1", "C2"):
        desk.line(spring, no)
    follow_up = follow_up_of(desk, spring)
    address = f"segments/{follow_up}"
    desk.line(follow_up, "C3")
    desk.do(f"{address}/reduce-contacts", filters={"contact": {"no": "C1"}})

    counts = [desk.do(f"{address}/go-back")["no_of_lines"] for _ in range(3)]

    assert counts == [3, 2, 0]
    assert desk.do(f"{address}/go-forward")["no_of_lines"] == 2
    assert desk.contacts_of(follow_up) == ["C1", "C2"]


@case("GUARD-001", "INV-020")
def test_the_count_stays_right_when_a_contact_taken_out_is_deleted(desk, spring):
    for no in ("C1", "C2", "C1"):
        desk.line(spring, no)
    follow_up = follow_up_of(desk, spring)
    address = f"segments/{follow_up}"
    desk.do(f"{address}/reduce-contacts", filters={"contact": {"no": "C2"}})
    desk.remove("contacts/C2")

    now = desk.read(address)["no_of_lines"]
    before = desk.do(f"{address}/go-back")["no_of_lines"]

    assert (now, before) == (2, 2)
    assert desk.contacts_of(follow_up) == ["C1", "C1"]


@case("FUP-001")
def test_the_description_is_cut_at_fifty_characters_at_most(desk):
    segment = desk.segment(no="S" * 19 + "1", interaction_template_code="GOLF")
    desk.line(segment, "C1")

    follow_up = follow_up_of(desk, segment)

    description = desk.read(f"segments/{follow_up}")["description"]
    assert description == f"Follow-up on segment {segment}"


@case("LOG-026")
def test_several_follow_ups_stand_beside_each_other(desk):
    numbers = []
    for _ in range(2):
        segment = desk.segment(interaction_template_code="GOLF")
        desk.line(segment, "C1")
        numbers.append(follow_up_of(desk, segment))

    assert [segment["no"] for segment in desk.items("segments")] == numbers


@case("INV-015", "CRIT-030", "CRIT-033")
def test_the_steps_of_a_follow_up_are_counted_from_one(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    for no in ("C1", "C2", "C3"):
        desk.line(segment, no)
    job = desk.log(segment, create_follow_up=True)
    follow_up = job["result"]["follow_up_segment_no"]
    desk.line(follow_up, "C1")
    desk.remove(f"segments/{follow_up}/lines/10000")

    header = desk.read(f"segments/{follow_up}")
    steps = desk.items(f"segments/{follow_up}/criteria")
    why = desk.read(f"segments/{follow_up}/why/C1")
    desk.create(f"segments/{follow_up}/save-criteria", code="AGAIN")
    saved = desk.read("saved-criteria/AGAIN")
    desk.change(
        f"segments/{follow_up}", interaction_template_code="GOLF", salesperson_code="JR"
    )
    logged = desk.log(follow_up)["links"]["logged_segment"]

    numbers = [1, 2, 3]
    assert header["no_of_criteria_actions"] == 3
    assert [step["action_no"] for step in steps] == numbers
    assert [step["action_no"] for step in why["steps"]] == numbers
    assert [step["added_lines"] for step in why["steps"]] == [[10000], [40000], []]
    assert [step["removed_lines"] for step in why["steps"]] == [[], [], [10000]]
    assert [(line["added_by"], line["removed_by"]) for line in why["lines"]] == [
        *((1, 3), (2, None))
    ]
    assert [step["action_no"] for step in saved["actions"]] == numbers
    assert [step["action_no"] for step in desk.items(f"{logged}/criteria")] == numbers
