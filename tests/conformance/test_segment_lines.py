"""What a line says: its contact, what it inherits, what is its own."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def spring(desk):
    """A segment with the template GOLF and a salesperson."""
    return desk.segment(interaction_template_code="GOLF", salesperson_code="JR")


# --- the contact (LINE-001…009, CRIT-040…043) -----------------------------------------


@case("BCT-SEG-02")
def test_a_contact_added_by_hand_stands_on_the_first_line(desk):
    segment = desk.segment()

    line = desk.line(segment, "C1")

    assert (line["line_no"], line["contact_no"]) == (10000, "C1")
    assert desk.read(f"segments/{segment}/lines/10000") == line


@case("LINE-001")
def test_a_new_line_takes_everything_from_the_header(desk):
    segment = desk.segment(
        interaction_template_code="GOLF",
        salesperson_code="BC",
        campaign_no="CMP1",
        campaign_target=True,
        campaign_response=True,
        subject_default="Hello",
    )
    desk.change(f"segments/{segment}", date="2026-06-30")

    line = desk.line(segment, "C1")

    header = desk.read(f"segments/{segment}")
    for name in (
        "description",
        "date",
        "campaign_no",
        "salesperson_code",
        "interaction_template_code",
        "interaction_group_code",
        "information_flow",
        "initiated_by",
        "campaign_target",
        "campaign_response",
    ):
        assert line[name] == header[name], name
    assert (line["cost"], line["duration"]) == ("8.00", 1)
    assert line["subject"] == "Hello"
    assert (line["evaluation"], line["attempt_failed"]) == (None, False)
    assert (line["time_of_interaction"], line["contact_via"]) == (None, None)
    assert line["personal"] == []


@case("LINE-002", "BCT-SEG-14")
def test_a_line_reads_through_to_its_contact(desk):
    desk.person(
        "P1",
        company_no="C1",
        phone_no="999-111",
        mobile_phone_no="888-222",
        email="p@p.com",
    )
    segment = desk.segment()

    line = desk.line(segment, "P1")

    assert line["contact_phone_no"] == "999-111"
    assert line["contact_mobile_phone_no"] == "888-222"
    assert line["contact_email"] == "p@p.com"
    assert line["contact_name"] == "Person P1"
    assert (line["contact_company_no"], line["contact_company_name"]) == ("C1", "Alpha")


@case("LINE-002")
def test_a_company_stands_under_its_own_number_and_shows_no_persons_name(desk):
    line = desk.line(desk.segment(), "C1")

    assert (line["contact_company_no"], line["contact_company_name"]) == ("C1", "Alpha")
    assert line["contact_name"] is None


@case("LINE-003")
def test_the_headers_salesperson_wins_over_the_contacts(desk):
    segment = desk.segment()
    own = desk.line(segment, "C2")
    desk.change(f"segments/{segment}", salesperson_code="JR")

    assert own["salesperson_code"] == "BC"
    assert desk.line(segment, "C2")["salesperson_code"] == "JR"


@case("LINE-003")
def test_a_blocked_salesperson_of_a_contact_is_not_checked(desk):
    desk.change("salespeople/BC", blocked=True)

    assert desk.line(desk.segment(), "C2")["salesperson_code"] == "BC"


@case("LINE-004")
@pytest.mark.parametrize("no", ["NOBODY", None, "", " ", 7, ["C1"]])
def test_a_line_needs_a_contact_that_exists(desk, no):
    segment = desk.segment()

    answer = desk.post(f"segments/{segment}/lines", {"contact_no": no})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "contact_no"
    header = desk.read(f"segments/{segment}")
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (0, 0)


@case("LINE-008")
def test_neither_exclusion_nor_repetition_is_asked_by_hand(desk):
    desk.company("X1", exclude_from_segment=True)
    segment = desk.segment()

    for no in ("X1", "C1", "c1"):
        desk.line(segment, no)

    assert desk.contacts_of(segment) == ["X1", "C1", "C1"]


@case("CRIT-042", "LINE-001")
def test_another_contact_on_a_line_starts_anew_under_its_number(desk, spring):
    desk.line(
        spring,
        "C1",
        description="Mine",
        cost="1.00",
        interaction_template_code="BUS",
        evaluation="positive",
        contact_via="999-111",
        attempt_failed=True,
        time_of_interaction="14:30:00",
    )
    desk.line(spring, "C2")

    line = desk.change(f"segments/{spring}/lines/10000", contact_no="C3")

    assert desk.contacts_of(spring) == ["C3", "C2"]
    assert desk.read(f"segments/{spring}/lines/10000") == line
    assert (line["line_no"], line["description"]) == (10000, "Spring")
    assert (line["interaction_template_code"], line["cost"]) == ("GOLF", "8.00")
    assert line["evaluation"] is None
    assert (line["contact_via"], line["attempt_failed"]) == ("999-111", True)
    assert line["time_of_interaction"] == "14:30:00"


@case("CRIT-042", "INV-016")
def test_another_contact_on_a_line_makes_two_actions(desk, spring):
    desk.line(spring, "C1")
    desk.change(f"segments/{spring}/lines/10000", contact_no="C2")

    steps = desk.items(f"segments/{spring}/criteria")

    assert [(step["action"], step["filters"]) for step in steps] == [
        ("add_contacts", {"contact": {"no": ["C1"]}}),
        ("reduce_contacts", {"contact": {"no": ["C1"]}}),
        ("add_contacts", {"contact": {"no": ["C2"]}}),
    ]


@case("HIST-002")
def test_going_back_twice_brings_the_replaced_contact_back_as_it_was(desk, spring):
    desk.line(spring, "C1", description="Mine")
    desk.change(f"segments/{spring}/lines/10000", contact_no="C2")

    desk.do(f"segments/{spring}/go-back")
    desk.do(f"segments/{spring}/go-back")

    (line,) = desk.lines(spring)
    assert (line["contact_no"], line["description"]) == ("C1", "Mine")


@case("CRIT-042")
@pytest.mark.parametrize("no", ["NOBODY", None, ""])
def test_a_contact_that_cannot_be_leaves_the_line_as_it_was(desk, spring, no):
    before = desk.line(spring, "C1", description="Mine")

    answer = desk.patch(f"segments/{spring}/lines/10000", {"contact_no": no})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "contact_no"
    assert desk.lines(spring) == [before]
    assert desk.read(f"segments/{spring}")["no_of_criteria_actions"] == 1


@case("LINE-070")
def test_a_line_that_is_not_there_cannot_be_read_changed_or_deleted(desk, spring):
    desk.line(spring, "C1")
    desk.remove(f"segments/{spring}/lines/10000")

    for line_no in (10000, 20000, 0, -10000, "X", 10**30):
        address = f"segments/{spring}/lines/{line_no}"
        answers = desk.get(address), desk.patch(address, {}), desk.delete(address)
        assert [answer.status_code for answer in answers] == [404, 404, 404], line_no


# --- correspondence type (LINE-020, LINE-021, LINE-045) -------------------------------


@case("BCT-SEG-03", "LINE-021")
@pytest.mark.parametrize("correspondence_type", [None, "hard_copy", "email"])
def test_without_template_the_contacts_own_type_counts(desk, correspondence_type):
    desk.company("C9", salesperson_code="BC", correspondence_type=correspondence_type)
    segment = desk.segment()

    header = desk.do(
        f"segments/{segment}/add-contacts", filters={"contact": {"no": ["C9"]}}
    )

    (line,) = desk.lines(segment)
    assert header["no_of_lines"] == 1
    assert (line["contact_no"], line["salesperson_code"]) == ("C9", "BC")
    assert line["correspondence_type"] == correspondence_type


TYPES = (None, "hard_copy", "email")


def every_contact_type(program):
    for index, kind in enumerate(TYPES):
        program.company(f"T{index}", correspondence_type=kind)


@case("LINE-020", "INV-022")
@pytest.mark.parametrize("template_ignores", [False, True])
@pytest.mark.parametrize("template_default", TYPES)
def test_the_headers_template_decides_or_the_contact(
    desk, template_ignores, template_default
):
    every_contact_type(desk)
    desk.template(
        "T",
        correspondence_type_default=template_default,
        ignore_contact_corres_type=template_ignores,
    )
    segment = desk.segment(interaction_template_code="T")
    for header_ignores in (False, True):
        for header_default in TYPES:
            desk.change(
                f"segments/{segment}",
                ignore_contact_corres_type=header_ignores,
                correspondence_type_default=header_default,
            )
            for index, of_contact in enumerate(TYPES):
                expected = of_contact
                if template_ignores or of_contact is None:
                    expected = template_default
                if header_ignores and header_default:
                    expected = header_default

                line = desk.line(segment, f"T{index}")

                assert line["correspondence_type"] == expected


@case("LINE-045", "INV-022")
@pytest.mark.parametrize("template_ignores", [False, True])
@pytest.mark.parametrize("template_default", TYPES)
def test_a_lines_own_template_decides_or_the_contact(
    desk, spring, template_ignores, template_default
):
    every_contact_type(desk)
    desk.template(
        "T",
        correspondence_type_default=template_default,
        ignore_contact_corres_type=template_ignores,
    )
    for header_ignores, header_default in (
        (False, "hard_copy"),
        (True, None),
        (True, "email"),
    ):
        desk.change(
            f"segments/{spring}",
            ignore_contact_corres_type=header_ignores,
            correspondence_type_default=header_default,
        )
        for index, of_contact in enumerate(TYPES):
            expected = of_contact
            if template_ignores or (of_contact is None and template_default):
                expected = template_default
            if header_ignores and header_default:
                expected = header_default

            line = desk.line(spring, f"T{index}", interaction_template_code="T")

            assert line["correspondence_type"] == expected


# --- a template of the line's own (LINE-040…047) -----------------------------------


@case("LINE-044")
def test_an_own_template_brings_its_values(desk, spring):
    desk.create("interaction-groups", code="MEETING")
    desk.template(
        "VISIT",
        interaction_group_code="MEETING",
        unit_cost="45.00",
        unit_duration=180,
        information_flow="inbound",
        initiated_by="them",
        campaign_target=True,
        campaign_response=True,
    )
    desk.line(spring, "C1")

    line = desk.change(
        f"segments/{spring}/lines/10000", interaction_template_code="visit"
    )

    assert line["interaction_template_code"] == "VISIT"
    assert line["interaction_group_code"] == "MEETING"
    assert (line["cost"], line["duration"]) == ("45.00", 180)
    assert (line["information_flow"], line["initiated_by"]) == ("inbound", "them")
    assert (line["campaign_target"], line["campaign_response"]) == (True, True)
    assert line["description"] == "Visit"
    assert line["personal"] == ["interaction_template_code", "description"]


@case("LINE-044")
def test_a_template_in_the_place_of_another_brings_its_description(desk, spring):
    """Whatever the line said before, as long as a template is replaced."""
    address = f"segments/{spring}/lines/10000"
    desk.line(spring, "C1", description="Mine")
    desk.template("NAMELESS", description=None)

    replaced = desk.change(address, interaction_template_code="BUS")
    kept = desk.change(address, interaction_template_code="NAMELESS")
    named = desk.change(address, interaction_template_code="BUS", description="Named")
    same = desk.change(address, interaction_template_code="BUS")
    back = desk.change(address, inherit=["interaction_template_code"])

    assert [line["description"] for line in (replaced, kept, named, same, back)] == [
        *("Business letter", "Business letter", "Named", "Named", "Spring")
    ]
    assert back["personal"] == []


@case("LINE-044")
def test_the_first_template_of_a_line_leaves_its_description(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C2", description="Mine")

    lines = [
        desk.change(f"segments/{segment}/lines/{no}", interaction_template_code="BUS")
        for no in (10000, 20000)
    ]
    cleared = desk.change(
        f"segments/{segment}/lines/20000", interaction_template_code=None
    )

    assert [line["description"] for line in (*lines, cleared)] == [
        *("Spring", "Mine", "Mine")
    ]


@case("LINE-045", "INV-022")
@pytest.mark.parametrize("before", [None, "hard_copy", "email"])
def test_a_line_travels_as_before_where_neither_template_nor_contact_say_how(
    desk, before
):
    every_contact_type(desk)
    desk.template("FIRST", correspondence_type_default=before)
    desk.template("SILENT", correspondence_type_default=None)
    segment = desk.segment(interaction_template_code="FIRST")
    for index in (0, 1):
        desk.line(segment, f"T{index}")
    personal = desk.line(segment, "T0", correspondence_type="email")["line_no"]

    for line in desk.lines(segment):
        desk.change(
            f"segments/{segment}/lines/{line['line_no']}",
            interaction_template_code="SILENT",
        )

    shown = {
        line["line_no"]: line["correspondence_type"] for line in desk.lines(segment)
    }
    assert shown == {10000: before, 20000: "hard_copy", personal: "email"}


@case("LINE-041")
def test_another_template_resets_what_the_first_one_had_given(desk, spring):
    desk.line(
        spring,
        "C1",
        interaction_template_code="BUS",
        cost="1.00",
        duration=7,
        interaction_group_code="LETTER",
        information_flow="inbound",
        initiated_by="them",
        campaign_target=True,
        campaign_response=True,
        correspondence_type="email",
        subject="Mine",
        evaluation="positive",
        campaign_no="CMP1",
        salesperson_code="BC",
        date="2026-01-31",
    )
    desk.template("VISIT", unit_cost="45.00", correspondence_type_default="hard_copy")

    line = desk.change(
        f"segments/{spring}/lines/10000", interaction_template_code="VISIT"
    )

    assert (line["cost"], line["duration"]) == ("45.00", 0)
    assert line["interaction_group_code"] is None
    assert (line["information_flow"], line["initiated_by"]) == (None, None)
    assert (line["campaign_target"], line["campaign_response"]) == (False, False)
    assert (line["correspondence_type"], line["subject"]) == ("hard_copy", None)
    assert (line["evaluation"], line["campaign_no"]) == ("positive", "CMP1")
    assert (line["salesperson_code"], line["date"]) == ("BC", "2026-01-31")


@case("BCT-SEG-16", "BCT-SEG-17")
def test_a_line_without_description_takes_its_templates(desk):
    desk.person("P1", company_no="C1")
    segment = desk.segment(description=None)
    address = f"segments/{segment}/lines/10000"
    first = desk.line(segment, "P1")

    second = desk.change(address, interaction_template_code="GOLF")
    third = desk.change(address, interaction_template_code="BUS")

    descriptions = [line["description"] for line in (first, second, third)]
    assert descriptions == [None, "Golf event", "Business letter"]


@case("LINE-046")
def test_the_headers_campaign_wins_over_the_one_of_a_lines_template(desk):
    desk.create("campaigns", no="CMP2")
    desk.template("MAIL", campaign_no="CMP2")
    segment = desk.segment()
    without = desk.line(segment, "C1", interaction_template_code="MAIL")
    segment = desk.segment(campaign_no="CMP1")
    with_one = desk.line(segment, "C1", interaction_template_code="MAIL")

    assert (without["campaign_no"], with_one["campaign_no"]) == ("CMP2", "CMP1")


@case("LINE-046")
@pytest.mark.parametrize(
    ("of_header", "of_template", "expected"),
    [("CMP1", "CMP2", "CMP1"), (None, "CMP2", "CMP2"), (None, None, "OWN")],
)
def test_a_template_chosen_for_a_line_decides_on_its_campaign(
    desk, of_header, of_template, expected
):
    for no in ("CMP2", "OWN"):
        desk.create("campaigns", no=no)
    desk.template("MAIL", campaign_no=of_template)
    segment = desk.segment(interaction_template_code="GOLF", campaign_no=of_header)
    desk.line(segment, "C1", campaign_no="OWN")
    address = f"segments/{segment}/lines/10000"

    line = desk.change(address, interaction_template_code="MAIL")
    named = desk.change(address, interaction_template_code="BUS", campaign_no="OWN")

    assert line["campaign_no"] == expected
    assert named["campaign_no"] == "OWN"


@case("LINE-047")
@pytest.mark.parametrize("blank", [None, ""])
def test_the_template_of_a_line_may_be_cleared(desk, spring, blank):
    desk.line(spring, "C1", interaction_template_code="BUS")
    address = f"segments/{spring}/lines/10000"

    cleared = desk.change(address, interaction_template_code=blank)
    restored = desk.change(address, inherit=["interaction_template_code"])

    assert cleared["interaction_template_code"] is None
    assert restored["interaction_template_code"] == "GOLF"


@case("LINE-040")
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("interaction_template_code", "NONE"),
        ("campaign_no", "CMP9"),
        ("salesperson_code", "NOBODY"),
        ("salesperson_code", "BLOCKED"),
        ("language_code", "XX"),
        ("interaction_group_code", "NONE"),
        ("contact_alt_address_code", "NONE"),
    ],
)
def test_unknown_and_blocked_codes_are_refused_by_name(desk, spring, field, code):
    desk.create("salespeople", code="BLOCKED", blocked=True)
    before = desk.line(spring, "C1")

    changed = desk.patch(f"segments/{spring}/lines/10000", {field: code, "cost": 5})
    added = desk.post(f"segments/{spring}/lines", {"contact_no": "C2", field: code})

    expected = "E-BLOCKED" if code == "BLOCKED" else "E-UNKNOWN-CODE"
    for answer in (changed, added):
        assert refusal(answer) == (422, expected)
        assert answer.json["errors"][0]["field"] == field
        assert code in answer.json["errors"][0]["detail"]
    assert desk.lines(spring) == [before]
    assert desk.read(f"segments/{spring}")["no_of_criteria_actions"] == 1


# --- own values (LINE-053) -----------------------------------------------------------

OWN = {
    "description": "Mine",
    "date": "2026-01-31",
    "campaign_no": "CMP1",
    "salesperson_code": "BC",
    "interaction_group_code": "LETTER",
    "cost": "12.34",
    "duration": 2.5,
    "information_flow": "inbound",
    "initiated_by": "them",
    "campaign_target": True,
    "campaign_response": True,
    "correspondence_type": "email",
    "subject": "My subject",
    "evaluation": "very_positive",
    "time_of_interaction": "14:30:00",
    "attempt_failed": True,
    "contact_via": "999-111",
}


@case("LINE-053")
def test_every_field_of_a_line_may_be_its_own(desk, spring):
    before = desk.line(spring, "C1")

    line = desk.change(f"segments/{spring}/lines/10000", **OWN)

    assert line == before | OWN | {"personal": line["personal"]}
    assert set(line["personal"]) == set(OWN)


@case("LINE-053")
def test_own_values_may_come_with_the_contact(desk, spring):
    line = desk.line(spring, "C1", **OWN)

    assert {name: line[name] for name in OWN} == OWN
    assert desk.read(f"segments/{spring}")["no_of_criteria_actions"] == 1


@case("LINE-053")
def test_everything_can_be_handed_back_to_the_header(desk, spring):
    before = desk.line(spring, "C1")
    desk.change(f"segments/{spring}/lines/10000", **OWN)

    line = desk.change(f"segments/{spring}/lines/10000", inherit=list(OWN))

    assert line == before


@case("LINE-053")
def test_null_is_a_blank_of_the_lines_own(desk, spring):
    desk.change(f"segments/{spring}", campaign_no="CMP1", subject_default="Hello")
    blanks = dict.fromkeys(
        name
        for name in OWN
        if name not in {"time_of_interaction", "cost", "duration"}
        and not isinstance(OWN[name], bool)
    )
    desk.line(spring, "C1")

    line = desk.change(f"segments/{spring}/lines/10000", **blanks)

    assert {name: line[name] for name in blanks} == blanks
    assert set(line["personal"]) == set(blanks)


@case("LINE-053")
def test_only_fields_of_a_line_can_be_handed_back_and_not_while_set(desk, spring):
    before = desk.line(spring, "C1")
    address = f"segments/{spring}/lines/10000"

    unknown = desk.patch(address, {"inherit": ["contact_no"]})
    both = desk.patch(address, {"inherit": ["cost"], "cost": "1.00"})

    assert (unknown.status_code, both.status_code) == (422, 422)
    assert desk.lines(spring) == [before]


@case("LINE-053")
@pytest.mark.parametrize(
    "wrong",
    [
        {"cost": "-0.01"},
        {"cost": "12.345"},
        {"cost": "a lot"},
        {"cost": True},
        {"duration": -1},
        {"date": "31.01.2026"},
        {"date": "2026-02-30"},
        {"date": 20260131},
        {"time_of_interaction": "25:00"},
        {"description": "x" * 101},
        {"description": 7},
        {"campaign_no": "X" * 21},
        {"evaluation": "great"},
        {"evaluation": 1},
        {"correspondence_type": "fax"},
        {"correspondence_type": "Email"},
        {"information_flow": "sideways"},
        {"campaign_target": "yes"},
        {"campaign_target": None},
        {"contact_name": "Somebody"},
        {"line_no": 5},
        {"inherit": "cost"},
        {"inherit": None},
    ],
)
def test_what_is_no_value_of_the_field_is_refused_by_name(desk, spring, wrong):
    before = desk.line(spring, "C1")

    answer = desk.patch(f"segments/{spring}/lines/10000", wrong)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == next(iter(wrong))
    assert desk.lines(spring) == [before]


# --- lists ------------------------------------------------------------------------------


@case("INV-020")
def test_personal_lines_can_be_found(desk, spring):
    desk.do(f"segments/{spring}/add-contacts")
    desk.change(f"segments/{spring}/lines/20000", cost="0.00")

    own = desk.items(f"segments/{spring}/lines?personal=true")
    by_name = desk.items(f"segments/{spring}/lines?contact=gam")
    by_no = desk.items(f"segments/{spring}/lines?contact=c2")

    assert [line["line_no"] for line in own] == [20000]
    assert [line["contact_no"] for line in by_name] == ["C3"]
    assert [line["contact_no"] for line in by_no] == ["C2"]
    assert desk.read(f"segments/{spring}")["personal_lines"] == 1
