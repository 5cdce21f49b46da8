"""Creating, changing and deleting the header, and what a change means for lines."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


# --- creation and deletion (SEG-001…005, SEG-027) -----------------------------------


@case("SEG-001", "SEG-002")
def test_a_segment_starts_blank_on_the_work_date(rollcall):
    answer = rollcall.post("segments", {}, headers={"X-Work-Date": "2026-05-04"})

    segment = answer.json
    assert (segment["no"], segment["date"]) == ("SM0001", "2026-05-04")
    assert segment["description"] is None
    assert segment["salesperson_code"] is None
    assert segment["correspondence_type_default"] is None
    assert (segment["unit_cost"], segment["unit_duration"]) == ("0.00", 0)
    assert (segment["no_of_lines"], segment["no_of_criteria_actions"]) == (0, 0)
    assert not segment["campaign_target"]
    assert not segment["ignore_contact_corres_type"]


@case("SEG-002")
def test_a_date_given_at_creation_is_replaced_by_the_work_date(rollcall):
    answer = rollcall.post(
        "segments", {"date": "2020-01-01"}, headers={"X-Work-Date": "2026-05-04"}
    )
    rollcall.change(answer.headers["Location"], date="2020-01-01")

    assert answer.json["date"] == "2026-05-04"
    assert rollcall.read(answer.headers["Location"])["date"] == "2020-01-01"


@case("NOS-012")
def test_a_number_that_was_logged_before_is_told_from_the_start(desk):
    desk.segment(no="HAND1", interaction_template_code="GOLF", salesperson_code="JR")
    desk.line("HAND1", "C1")
    new = desk.read("segments/HAND1")
    job = desk.log("HAND1")

    again = desk.create("segments", no="HAND1", description="Again")
    other = desk.create("segments", no="HAND2", description="Other")

    assert new["logged_segment_entry_no"] is None
    assert job["links"]["logged_segment"].endswith(
        f"/{again['logged_segment_entry_no']}"
    )
    assert other["logged_segment_entry_no"] is None


@case("SEG-003")
def test_a_segment_starts_with_the_users_own_salesperson(desk, own_salesperson):
    own_salesperson("BC")

    assert desk.create("segments")["salesperson_code"] == "BC"


@case("SEG-003")
@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_salesperson_is_what_the_users_own_is_for(desk, own_salesperson, blank):
    own_salesperson("BC")

    segment = desk.create("segments", salesperson_code=blank)
    changed = desk.change(f"segments/{segment['no']}", salesperson_code=blank)

    assert segment["salesperson_code"] == "BC"
    assert changed["salesperson_code"] is None


@case("SEG-003")
def test_a_salesperson_that_is_given_wins_over_the_users_own(desk, own_salesperson):
    own_salesperson("BC")

    assert desk.create("segments", salesperson_code="jr")["salesperson_code"] == "JR"


@case("SEG-003")
@pytest.mark.parametrize("code", ["GONE", "BLOCKED", "PRIVATE"])
def test_a_user_with_an_unusable_salesperson_creates_nothing(
    desk, own_salesperson, code
):
    desk.create("salespeople", code="BLOCKED", blocked=True)
    desk.create("salespeople", code="PRIVATE", privacy_blocked=True)
    own_salesperson(code)

    answer = desk.post("segments", {"description": "Spring"})

    assert refusal(answer) == (422, "E-SALES-DEFAULT")
    assert code in answer.json["detail"]
    assert desk.items("segments") == []


@case("SEG-001")
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("salesperson_code", "NOBODY"),
        ("campaign_no", "CMP9"),
        ("interaction_template_code", "NONE"),
        ("language_code_default", "XX"),
        ("interaction_group_code", "NONE"),
    ],
)
def test_unknown_codes_are_refused_by_name(desk, field, code):
    created = desk.post("segments", {"description": "Spring", field: code})
    segment = desk.segment()
    changed = desk.patch(f"segments/{segment}", {"description": "New", field: code})

    for answer in (created, changed):
        assert refusal(answer) == (422, "E-UNKNOWN-CODE")
        assert answer.json["errors"][0]["field"] == field
        assert code in answer.json["errors"][0]["detail"]
    assert desk.read(f"segments/{segment}")["description"] == "Spring"


@case("SEG-001")
def test_every_unknown_code_is_named_at_once(desk):
    answer = desk.post("segments", {"salesperson_code": "NOBODY", "campaign_no": "NO"})

    assert [error["field"] for error in answer.json["errors"]] == [
        "campaign_no",
        "salesperson_code",
    ] or {error["field"] for error in answer.json["errors"]} == {
        "campaign_no",
        "salesperson_code",
    }


@case("SLS-001")
def test_a_blocked_salesperson_cannot_be_chosen(desk):
    desk.create("salespeople", code="BLOCKED", blocked=True)

    answer = desk.post("segments", {"salesperson_code": "BLOCKED"})

    assert refusal(answer) == (422, "E-BLOCKED")


@case("SEG-027")
def test_a_template_given_at_creation_fills_the_header(desk):
    segment = desk.create(
        "segments", description="Spring", interaction_template_code="GOLF"
    )

    assert segment["interaction_template_code"] == "GOLF"
    assert segment["interaction_group_code"] == "LETTER"
    assert (segment["unit_cost"], segment["unit_duration"]) == ("8.00", 1)
    assert (segment["information_flow"], segment["initiated_by"]) == ("outbound", "us")


@case("SEG-004")
def test_deleting_a_segment_leaves_no_trace(desk):
    segment = desk.segment()
    desk.line(segment, "C1")

    desk.remove(f"segments/{segment}")

    assert desk.get(f"segments/{segment}").status_code == 404
    assert desk.get(f"segments/{segment}/lines").status_code == 404
    assert desk.get(f"segments/{segment}/criteria").status_code == 404
    assert desk.items("logged-segments") == []
    assert desk.items("interaction-log-entries") == []


@case("SEG-004")
def test_the_number_of_a_deleted_segment_may_be_used_again(desk):
    desk.segment(no="MINE")
    desk.remove("segments/MINE")

    assert desk.segment(no="MINE") == "MINE"


# --- what a change means for the lines (SEG-010…020) ----------------------------------


@case("BCT-SEG-10")
def test_a_new_description_reaches_the_lines(desk):
    segment = desk.segment(description=None)
    desk.line(segment, "C1")

    desk.change(f"segments/{segment}", description="Description")

    (line,) = desk.lines(segment)
    assert line["description"] == "Description"


@case("BCT-SEG-11")
def test_salesperson_and_campaign_of_the_header_flow_to_the_lines(desk):
    segment = desk.segment()

    desk.change(f"segments/{segment}", salesperson_code="JR")
    desk.do(f"segments/{segment}/add-contacts", filters={"contact": {"no": ["C2"]}})
    desk.change(f"segments/{segment}", campaign_no="CMP1")

    (line,) = desk.lines(segment)
    assert (line["salesperson_code"], line["campaign_no"]) == ("JR", "CMP1")


# Header field, the line's field that follows it, a value unlike any template's.
FLOWING = {
    "description": ("description", "Ours"),
    "campaign_no": ("campaign_no", "CMP1"),
    "salesperson_code": ("salesperson_code", "BC"),
    "date": ("date", "2026-01-31"),
    "unit_cost": ("cost", "12.34"),
    "unit_duration": ("duration", 2.5),
    "information_flow": ("information_flow", "inbound"),
    "initiated_by": ("initiated_by", "them"),
    "campaign_target": ("campaign_target", True),
    "campaign_response": ("campaign_response", True),
}
NEW_HEADER = {field: value for field, (_, value) in FLOWING.items()}
AS_ON_LINES = dict(FLOWING.values())
PERSONAL = {
    "description": "Mine",
    "campaign_no": None,
    "salesperson_code": "JR",
    "date": "2026-02-02",
    "cost": "1.00",
    "duration": 7,
    "information_flow": None,
    "initiated_by": None,
    "campaign_target": False,
    "campaign_response": False,
}


def flowing_values(line):
    return {name: line[name] for name in AS_ON_LINES}


def changed_one_by_one(program, segment, *, question=""):
    """Every field in a request of its own: they must not depend on each other."""
    for field, value in NEW_HEADER.items():
        program.change(f"segments/{segment}{question}", **{field: value})
    header = program.read(f"segments/{segment}")
    assert {field: header[field] for field in NEW_HEADER} == NEW_HEADER


@case("SEG-012", "SEG-015")
def test_without_a_word_every_header_change_reaches_the_lines(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1")

    changed_one_by_one(desk, segment)

    (line,) = desk.lines(segment)
    assert flowing_values(line) == AS_ON_LINES


@case("SEG-015")
def test_a_header_change_of_many_fields_is_one_change(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1")

    desk.change(f"segments/{segment}", **NEW_HEADER)

    assert flowing_values(desk.lines(segment)[0]) == AS_ON_LINES


@case("SEG-013")
def test_answered_no_header_changes_leave_the_lines_and_reach_later_ones(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    before = desk.line(segment, "C1")

    changed_one_by_one(desk, segment, question="?update_lines=false")
    desk.line(segment, "C1")

    old, new = desk.lines(segment)
    assert flowing_values(old) == flowing_values(before)
    assert flowing_values(new) == AS_ON_LINES


@case("SEG-013")
def test_the_question_may_be_answered_in_the_body_as_well(desk):
    segment = desk.segment()
    desk.line(segment, "C1")

    desk.change(f"segments/{segment}", description="New", update_lines=False)

    assert desk.lines(segment)[0]["description"] == "Spring"


@case("SEG-014")
def test_answered_yes_header_changes_overwrite_what_was_personal(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    line = desk.line(segment, "C1", **PERSONAL)
    assert flowing_values(line) == PERSONAL

    changed_one_by_one(desk, segment, question="?update_lines=true")

    (line,) = desk.lines(segment)
    assert flowing_values(line) == AS_ON_LINES
    assert line["personal"] == []


@case("SEG-010", "INV-017")
def test_a_line_with_another_template_is_never_touched(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    before = desk.line(segment, "C1", interaction_template_code="BUS")

    changed_one_by_one(desk, segment)

    assert flowing_values(desk.lines(segment)[0]) == flowing_values(before)


@case("SEG-010")
def test_a_line_whose_template_was_cleared_is_never_touched(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    before = desk.line(segment, "C1", interaction_template_code=None)

    changed_one_by_one(desk, segment)

    assert before["interaction_template_code"] is None
    assert flowing_values(desk.lines(segment)[0]) == flowing_values(before)


@case("SEG-010", "SEG-014")
def test_a_line_given_the_headers_own_template_follows_the_header(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1", interaction_template_code="GOLF")

    changed_one_by_one(desk, segment)

    assert flowing_values(desk.lines(segment)[0]) == AS_ON_LINES


@case("SEG-010")
def test_without_a_template_the_lines_without_one_follow(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    other = desk.line(segment, "C2", interaction_template_code="BUS")

    changed_one_by_one(desk, segment)

    follows, stays = desk.lines(segment)
    assert flowing_values(follows) == AS_ON_LINES
    assert flowing_values(stays) == flowing_values(other)


@case("SEG-018", "INV-018")
def test_a_new_subject_spares_personal_subjects(desk):
    segment = desk.segment(interaction_template_code="GOLF", subject_default="Old")
    desk.line(segment, "C1")
    desk.line(segment, "C2", subject="Mine")
    desk.line(segment, "C3", subject="Old")

    desk.change(f"segments/{segment}", subject_default="New")

    assert [line["subject"] for line in desk.lines(segment)] == ["New", "Mine", "New"]


@case("SEG-018")
def test_a_new_subject_is_for_lines_in_the_default_language(desk):
    for code in ("ENU", "DAN"):
        desk.create("languages", code=code, description=code)
    desk.company("C9", language_code="DAN")
    segment = desk.segment(interaction_template_code="GOLF")
    desk.create(f"segments/{segment}/languages", language_code="ENU", subject="Old")
    desk.create(f"segments/{segment}/languages", language_code="DAN", subject="Hej")
    desk.line(segment, "C1", subject="Old")
    desk.line(segment, "C9", subject="Old")
    desk.line(segment, "C9")
    desk.line(segment, "C2", language_code="DAN", subject="Old")

    desk.change(f"segments/{segment}", subject_default="New")

    shown = [(line["language_code"], line["subject"]) for line in desk.lines(segment)]
    assert shown == [("ENU", "New"), ("DAN", "Old"), ("DAN", "Hej"), ("DAN", "Old")]


@case("SEG-017")
def test_ignoring_the_contacts_type_is_a_matter_of_the_header(desk):
    desk.company("C9", correspondence_type="email")
    segment = desk.segment(
        interaction_template_code="GOLF", correspondence_type_default="hard_copy"
    )
    desk.line(segment, "C9")
    before = desk.lines(segment)[0]["correspondence_type"]

    desk.change(f"segments/{segment}", ignore_contact_corres_type=True)
    desk.line(segment, "C9")

    assert before == "email"
    assert desk.lines(segment)[1]["correspondence_type"] == "hard_copy"


@case("SEG-019")
def test_taking_the_campaign_away_takes_its_flags_away(desk):
    segment = desk.segment(
        campaign_no="CMP1", campaign_target=True, campaign_response=True
    )

    header = desk.change(f"segments/{segment}", campaign_no=None)

    assert (header["campaign_no"], header["campaign_target"]) == (None, False)
    assert header["campaign_response"] is False


@case("SEG-013")
def test_a_field_that_is_not_named_stays(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    before = desk.read(f"segments/{segment}")

    after = desk.change(f"segments/{segment}", description="New")

    assert after == before | {"description": "New"}
    assert desk.change(f"segments/{segment}") == after


@case("SEG-014")
def test_a_header_change_to_the_same_value_leaves_personal_values(desk):
    segment = desk.segment(description="Spring")
    desk.line(segment, "C1", description="Mine")

    desk.change(f"segments/{segment}", description="Spring")

    assert desk.lines(segment)[0]["description"] == "Mine"


# --- the interaction template (SEG-021…026) -------------------------------------------


@case("SEG-022")
@pytest.mark.parametrize("blank", [None, "", " "])
def test_the_template_cannot_be_taken_away(desk, blank):
    segment = desk.segment(interaction_template_code="GOLF")

    answer = desk.patch(f"segments/{segment}", {"interaction_template_code": blank})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "interaction_template_code"
    header = desk.read(f"segments/{segment}")
    assert header["interaction_template_code"] == "GOLF"


@case("SEG-022")
def test_a_segment_without_template_may_say_so_again(desk):
    segment = desk.segment()

    header = desk.change(f"segments/{segment}", interaction_template_code=None)

    assert header["interaction_template_code"] is None


@case("SEG-023", "SEG-024", "DEC-01")
def test_without_a_word_a_new_template_is_applied_to_all_lines(desk):
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")
    desk.line(segment, "C1")
    desk.line(segment, "C2", interaction_template_code="GOLF")
    desk.template("VISIT", unit_cost="45.00", unit_duration=180)
    desk.line(segment, "C3", interaction_template_code="VISIT")

    desk.change(f"segments/{segment}", interaction_template_code="BUS")

    for line in desk.lines(segment):
        assert line["interaction_template_code"] == "BUS"
        assert (line["cost"], line["duration"]) == ("9.50", 0)
        assert line["interaction_group_code"] is None
        assert (line["description"], line["campaign_no"]) == ("Spring", "CMP1")


@case("SEG-025")
@pytest.mark.parametrize("in_query", [True, False])
def test_answered_no_a_new_template_leaves_the_lines_and_reaches_later_ones(
    desk, in_query
):
    segment = desk.segment(interaction_template_code="GOLF")
    before = desk.line(segment, "C1")

    address, change = f"segments/{segment}", {"interaction_template_code": "BUS"}
    if in_query:
        desk.change(f"{address}?apply_to_lines=false", **change)
    else:
        desk.change(address, **change, apply_to_lines=False)
    desk.line(segment, "C2")

    old, new = desk.lines(segment)
    shown = ("interaction_template_code", "cost", "duration", "interaction_group_code")
    assert [old[name] for name in shown] == [before[name] for name in shown]
    assert [new[name] for name in shown] == ["BUS", "9.50", 0, None]


@case("SEG-026")
def test_a_new_template_fills_the_header_and_keeps_the_rest(desk):
    desk.template(
        "MAIL",
        unit_cost="1.25",
        unit_duration=3,
        information_flow="inbound",
        initiated_by="them",
        campaign_target=True,
        campaign_response=True,
        correspondence_type_default="email",
        ignore_contact_corres_type=True,
    )
    segment = desk.segment(
        salesperson_code="JR",
        interaction_template_code="GOLF",
        subject_default="Old",
        campaign_no="CMP1",
        send_word_docs_as_attmt=True,
    )
    before = desk.read(f"segments/{segment}")

    after = desk.change(f"segments/{segment}", interaction_template_code="MAIL")

    assert after == before | {
        "interaction_template_code": "MAIL",
        "interaction_group_code": None,
        "unit_cost": "1.25",
        "unit_duration": 3,
        "information_flow": "inbound",
        "initiated_by": "them",
        "campaign_target": True,
        "campaign_response": True,
        "correspondence_type_default": "email",
        "ignore_contact_corres_type": True,
        "subject_default": None,
    }


@case("SEG-026")
def test_the_campaign_of_a_template_replaces_the_headers(desk):
    desk.create("campaigns", no="CMP2")
    desk.template("MAIL", campaign_no="CMP2")
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")

    header = desk.change(f"segments/{segment}", interaction_template_code="MAIL")

    assert header["campaign_no"] == "CMP2"


@case("SEG-026")
def test_a_template_without_campaign_leaves_the_headers(desk):
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")

    header = desk.change(f"segments/{segment}", interaction_template_code="BUS")

    assert header["campaign_no"] == "CMP1"


@case("SEG-026")
def test_values_given_with_a_template_win_over_the_templates(desk):
    segment = desk.create(
        "segments", interaction_template_code="GOLF", unit_cost="99.99"
    )

    assert (segment["unit_cost"], segment["unit_duration"]) == ("99.99", 1)


@case("LANG-020")
def test_a_template_brings_its_languages(desk):
    for code in ("ENU", "DAN"):
        desk.create("languages", code=code)
    desk.create("interaction-templates/GOLF/languages", language_code="DAN")
    desk.change("interaction-templates/GOLF", language_code_default="ENU")
    desk.company("C9", language_code="DAN")
    segment = desk.segment(interaction_template_code="GOLF")
    for contact in ("C1", "C9"):
        desk.line(segment, contact)

    assert desk.read(f"segments/{segment}")["language_code_default"] == "ENU"
    assert [line["language_code"] for line in desk.lines(segment)] == ["ENU", "DAN"]


# --- totals (INV-020) -------------------------------------------------------------------


@case("INV-020")
def test_totals_are_those_of_the_lines_at_all_times(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.do(f"segments/{segment}/add-contacts")
    desk.change(f"segments/{segment}/lines/10000", cost="0.25", duration=0.5)
    desk.change(f"segments/{segment}/lines/20000", interaction_template_code="BUS")
    desk.change(f"segments/{segment}", unit_cost="3.00", update_lines=False)
    desk.line(segment, "C1")

    lines = desk.lines(segment)
    costs = sum(round(float(line["cost"]) * 100) for line in lines)
    durations = sum(line["duration"] for line in lines)
    header, totals = (
        desk.read(f"segments/{segment}"),
        desk.read(f"segments/{segment}/totals"),
    )
    for found in (header, totals):
        assert found["no_of_lines"] == len(lines) == 4
        assert round(float(found["cost"]) * 100) == costs == 25 + 950 + 800 + 300
        assert found["duration"] == durations == 0.5 + 0 + 1 + 1
