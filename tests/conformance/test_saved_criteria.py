"""Criteria that are saved, and done again in the same or another segment."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


def save(program, segment, code="X", **fields):
    return program.create(f"segments/{segment}/save-criteria", code=code, **fields)


def reuse(program, segment, code="X", **fields):
    return program.do(f"segments/{segment}/reuse-criteria", code=code, **fields)


def add(program, segment, contact, **options):
    path = f"segments/{segment}/add-contacts"
    return program.do(path, filters={"contact": contact}, **options)


def steps(program, segment):
    return [
        (each["action"], each["filters"], each["lines_changed"])
        for each in program.items(f"segments/{segment}/criteria")
    ]


# --- saving (SAVE-001, SAVE-002) --------------------------------------------------------


@case("BCT-CRT-05", "SAVE-001")
def test_criteria_are_saved_under_a_code(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C2")

    saved = save(desk, segment, "x", description="Friends of golf")

    assert (saved["code"], saved["description"]) == ("X", "Friends of golf")
    assert (saved["user_id"], saved["no_of_actions"]) == ("administrator", 2)
    listed = desk.items("saved-criteria")
    assert [(each["code"], each["no_of_actions"]) for each in listed] == [("X", 2)]
    assert desk.read("saved-criteria/X") == saved


@case("SAVE-002")
def test_the_steps_are_saved_as_they_stand(desk):
    segment = desk.segment()
    add(desk, segment, {"no": ["C1", "C2"]}, expand_companies=True)
    desk.do(
        f"segments/{segment}/refine-contacts",
        filters={"contact": {"salesperson_code": "JR"}},
        entire_companies=True,
    )

    saved = save(desk, segment)

    compared = [
        *("action_no", "action", "filters", "expand_companies"),
        *("entire_companies", "allow_existing_contacts", "ignore_exclusion"),
    ]
    of_segment = desk.items(f"segments/{segment}/criteria")
    assert [[each[name] for name in compared] for each in saved["actions"]] == [
        [each[name] for name in compared] for each in of_segment
    ]


@case("SAVE-002")
def test_what_was_undone_is_not_saved_and_what_is_undone_later_stays_saved(desk):
    segment = desk.segment()
    for no in ("C1", "C2", "C3"):
        desk.line(segment, no)
    desk.do(f"segments/{segment}/go-back")

    save(desk, segment)
    desk.do(f"segments/{segment}/go-back")

    assert desk.read("saved-criteria/X")["no_of_actions"] == 2


@case("SAVE-001")
def test_there_must_be_something_to_save(desk):
    segment = desk.segment()

    answer = desk.post(f"segments/{segment}/save-criteria", {"code": "X"})

    assert refusal(answer) == (409, "E-NO-ACTION")
    assert desk.items("saved-criteria") == []


@case("SAVE-001")
def test_a_code_is_needed_and_is_taken_once(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    save(desk, segment)
    path = f"segments/{segment}/save-criteria"

    assert refusal(desk.post(path, {"code": "x"})) == (409, "E-EXISTS")
    for nothing in ({}, {"code": ""}, {"code": "TOO-LONG-FOR-IT"}):
        assert refusal(desk.post(path, nothing)) == (422, "E-FIELD")


@case("SAVE-002")
def test_saved_criteria_can_be_described_anew_and_deleted(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    save(desk, segment)

    changed = desk.change("saved-criteria/X", description="Golfers")
    desk.remove("saved-criteria/X")

    assert changed["description"] == "Golfers"
    assert desk.get("saved-criteria/X").status_code == 404
    assert desk.contacts_of(segment) == ["C1"]


@case("SAVE-002")
def test_lines_left_behind_by_a_log_cannot_be_chosen_again(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1")
    desk.line(segment, "C2", salesperson_code=None)
    job = desk.log(segment, on_line_error="skip")
    left_behind = job["result"]["left_behind_segment_no"]

    answer = desk.post(f"segments/{left_behind}/save-criteria", {"code": "X"})

    assert refusal(answer) == (422, "E-FILTER")
    assert "Step 1" in answer.json["detail"]


# --- doing them again (SAVE-003…006) ------------------------------------------------------


@case("BCT-CRT-06", "SAVE-003")
def test_a_contact_that_was_taken_out_comes_back(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C2")
    save(desk, segment)
    desk.remove(f"segments/{segment}/lines/20000")

    reuse(desk, segment, confirm=True)

    assert [line["salesperson_code"] for line in desk.lines(segment)] == ["JR", "BC"]


@case("BCT-CRT-08", "SAVE-004")
def test_criteria_are_done_again_in_another_segment(desk):
    desk.create("profile-questionnaires", code="Q")
    for line in (
        {"type": "question", "description": "Golf?"},
        {"type": "answer", "description": "Yes"},
    ):
        desk.create("profile-questionnaires/Q/lines", **line)
    answer = desk.items("profile-questionnaires/Q/lines")[1]["line_no"]
    desk.create("contacts/C2/profile-answers", questionnaire_code="Q", line_no=answer)
    first, second = desk.segment(), desk.segment()
    filters = {"profile_answer": {"questionnaire_code": ["Q"]}}
    desk.do(f"segments/{first}/add-contacts", filters=filters)
    save(desk, first)

    reuse(desk, second)

    for segment in (first, second):
        header = desk.read(f"segments/{segment}")
        assert header["no_of_criteria_actions"] == 1
        assert desk.contacts_of(segment) == ["C2"]


@case("SAVE-004")
def test_each_step_is_done_with_today_s_contacts_and_undone_by_itself(desk):
    first, second = desk.segment(), desk.segment()
    add(desk, first, {"salesperson_code": "JR"})
    desk.do(
        f"segments/{first}/reduce-contacts", filters={"contact": {"no": {"from": "C3"}}}
    )
    save(desk, first)
    desk.company("C0", salesperson_code="JR")

    reuse(desk, second)

    assert desk.contacts_of(second) == ["C1", "C0"]
    assert [number for _, _, number in steps(desk, second)] == [3, 1]
    header = desk.do(f"segments/{second}/go-back")
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (3, 1)
    header = desk.do(f"segments/{second}/go-back")
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (0, 0)


@case("SAVE-003")
def test_a_segment_with_actions_has_to_be_confirmed(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C2")
    save(desk, segment)

    answer = desk.post(f"segments/{segment}/reuse-criteria", {"code": "X"})

    assert refusal(answer) == (409, "E-CONFIRM")
    assert "2 criteria actions" in answer.json["detail"]
    assert answer.json["errors"][0]["field"] == "confirm"
    header = reuse(desk, segment, confirm=True)
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (2, 4)


@case("SAVE-003")
def test_a_segment_whose_actions_were_all_undone_need_not_be_confirmed(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    save(desk, segment)
    desk.do(f"segments/{segment}/go-back")

    reuse(desk, segment)

    assert len(steps(desk, segment)) == 1


@case("SAVE-005", "DEC-04")
def test_keeping_whole_companies_is_done_again_as_it_was(desk):
    desk.person("P1", company_no="C1", salesperson_code="BC")
    first, second = desk.segment(), desk.segment()
    add(desk, first, {"no": ["C1", "C2", "P1"]})
    desk.do(
        f"segments/{first}/refine-contacts",
        filters={"contact": {"no": ["C1"]}},
        entire_companies=True,
    )
    save(desk, first)

    reuse(desk, second)

    assert desk.contacts_of(second) == ["C1", "P1"]


@case("SAVE-006")
def test_a_reused_log_is_done_again_as_a_filter(desk):
    logged = desk.segment(interaction_template_code="GOLF")
    for no in ("C2", "C1", "C2"):
        desk.line(logged, no)
    job = desk.log(logged)
    first, second = desk.segment(), desk.segment()
    desk.do(
        f"segments/{first}/reuse-logged-segment",
        logged_segment_entry_no=job["result"]["logged_segment_entry_no"],
    )
    save(desk, first)
    desk.change("contacts/C1", exclude_from_segment=True)

    reuse(desk, second)

    assert desk.contacts_of(first) == ["C2", "C1", "C2"]
    assert desk.contacts_of(second) == ["C2"]


@case("INV-024")
def test_steps_by_hand_are_done_again_as_filters_on_the_number(desk):
    first, second = desk.segment(), desk.segment()
    for no in ("C1", "C2", "C3"):
        desk.line(first, no)
    desk.remove(f"segments/{first}/lines/20000")
    save(desk, first)

    reuse(desk, second)

    assert desk.contacts_of(second) == desk.contacts_of(first) == ["C1", "C3"]


@case("LINE-072")
@pytest.mark.parametrize(("resets", "left"), [(True, 1), (False, 4)])
def test_a_step_that_empties_the_segment_clears_the_criteria_unless_told(
    desk, resets, left
):
    first, second = desk.segment(), desk.segment()
    for no in ("C1", "C2"):
        desk.line(first, no)
    desk.do(f"segments/{first}/reduce-contacts", reset_when_empty=False)
    desk.line(first, "C3")
    save(desk, first)

    reuse(desk, second, reset_when_empty=resets)

    assert desk.contacts_of(second) == ["C3"]
    assert desk.read(f"segments/{second}")["no_of_criteria_actions"] == left


@case("SAVE-003")
def test_criteria_that_were_not_saved_cannot_be_reused(desk):
    segment = desk.segment()

    answer = desk.post(f"segments/{segment}/reuse-criteria", {"code": "NO"})

    assert refusal(answer) == (422, "E-UNKNOWN-CODE")
    assert refusal(desk.post("segments/NO/reuse-criteria", {"code": "X"})) == (
        404,
        "E-NOT-FOUND",
    )


@case("TRAP-16")
def test_a_segment_that_is_being_logged_is_not_added_to(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1")
    save(desk, segment)
    desk.promise_log(segment)

    answer = desk.post(
        f"segments/{segment}/reuse-criteria", {"code": "X", "confirm": True}
    )

    assert refusal(answer) == (409, "E-FROZEN")


def test_who_may_only_look_saves_and_reuses_nothing(desk, program_as):
    segment = desk.segment()
    desk.line(segment, "C1")
    save(desk, segment)
    viewer = program_as("viewer")

    for path in ("save-criteria", "reuse-criteria"):
        assert (
            viewer.post(f"segments/{segment}/{path}", {"code": "Y"}).status_code == 403
        )
    assert viewer.read("saved-criteria/X")["code"] == "X"
    assert viewer.delete("saved-criteria/X").status_code == 403
    assert program_as("operator").get("saved-criteria").status_code == 403
