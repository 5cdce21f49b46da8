"""Personalising many lines at once: by their numbers, or by what they have in common."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def spring(desk):
    """GOLF for JR, with C1, C2 and C3 on lines 10000, 20000 and 30000."""
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    for contact in ("C1", "C2", "C3"):
        desk.line(segment, contact)
    return segment


def personalise(program, segment, **fields):
    return program.change(f"segments/{segment}/lines", **fields)


def shown(program, segment, field):
    return [line[field] for line in program.lines(segment)]


@case("LINE-053")
def test_chosen_lines_get_own_values_and_no_others(desk, spring):
    answer = personalise(
        desk, spring, lines=[10000, 30000], cost="1.50", description="Mine", date=None
    )

    assert answer["lines_changed"] == 2
    assert (answer["no_of_lines"], answer["personal_lines"]) == (3, 2)
    assert answer["cost"] == "11.00"
    assert shown(desk, spring, "cost") == ["1.50", "8.00", "1.50"]
    assert shown(desk, spring, "description") == ["Mine", "Spring", "Mine"]
    assert shown(desk, spring, "date")[0] is None
    assert shown(desk, spring, "personal")[0] == ["description", "date", "cost"]


@case("LINE-053")
def test_values_are_handed_back_and_set_in_one_go(desk, spring):
    personalise(desk, spring, filter={}, cost="1.50", subject="Mine")

    personalise(desk, spring, filter={}, inherit=["cost"], subject=None)

    assert shown(desk, spring, "cost") == ["8.00"] * 3
    assert shown(desk, spring, "personal") == [["subject"]] * 3
    assert shown(desk, spring, "subject") == [None] * 3


FILTERS: dict[str, tuple[dict[str, object], list[int]]] = {
    "everything": ({}, [10000, 20000, 30000]),
    "contact": ({"contact": "gam"}, [30000]),
    "personal": ({"personal": True}, [10000, 20000]),
    "own": ({"own": "cost"}, [20000]),
    "salesperson": ({"salesperson_code": "bc"}, [10000]),
    "template": ({"interaction_template_code": "GOLF"}, [10000, 30000]),
    "no template": ({"interaction_template_code": None}, [20000]),
    "two at once": ({"personal": True, "salesperson_code": "JR"}, [20000]),
    "nothing": ({"contact": "nobody"}, []),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_means_the_lines_that_the_list_shows(desk, spring, name):
    given, expected = FILTERS[name]
    personalise(desk, spring, lines=[10000], salesperson_code="BC")
    personalise(
        desk, spring, lines=[20000], cost="2.00", interaction_template_code=None
    )
    query = "&".join(
        f"{field}={str(value or '').lower() if value is not True else 'true'}"
        for field, value in given.items()
    )

    listed = desk.items(f"segments/{spring}/lines?{query}")
    answer = personalise(
        desk, spring, filter=given, expected=len(expected), contact_via="555"
    )

    assert [line["line_no"] for line in listed] == expected
    assert answer["lines_changed"] == len(expected)
    changed = [
        line["line_no"] for line in desk.lines(spring) if line["contact_via"] == "555"
    ]
    assert changed == expected


@pytest.mark.parametrize("which", [{"filter": {}}, {"lines": [10000, 20000, 30000]}])
def test_another_number_than_the_expected_one_is_refused(desk, spring, which):
    answer = desk.patch(
        f"segments/{spring}/lines", {**which, "expected": 2, "cost": "1.00"}
    )

    assert refusal(answer) == (422, "E-COUNT")
    assert shown(desk, spring, "cost") == ["8.00"] * 3


def test_a_chosen_line_that_is_gone_is_no_line_to_change(desk, spring):
    desk.remove(f"segments/{spring}/lines/20000")

    answer = desk.patch(
        f"segments/{spring}/lines", {"lines": [10000, 20000], "cost": "1.00"}
    )

    assert refusal(answer) == (422, "E-COUNT")
    assert shown(desk, spring, "cost") == ["8.00"] * 2


@case("LINE-041", "LINE-044")
def test_another_template_resets_what_the_first_one_had_given(desk, spring):
    personalise(
        desk, spring, lines=[10000], cost="1.00", subject="Mine", evaluation="positive"
    )
    personalise(desk, spring, lines=[20000], interaction_template_code="BUS")
    personalise(desk, spring, lines=[20000], cost="2.00")

    personalise(desk, spring, filter={}, interaction_template_code="BUS")

    # The line that had it already keeps its cost; the others take the template's.
    assert shown(desk, spring, "cost") == ["9.50", "2.00", "9.50"]
    assert shown(desk, spring, "subject") == [None] * 3
    assert shown(desk, spring, "evaluation")[0] == "positive"


@case("LINE-041")
def test_what_is_named_beside_the_template_is_set(desk, spring):
    personalise(desk, spring, filter={}, interaction_template_code="BUS", cost="1.00")

    assert shown(desk, spring, "cost") == ["1.00"] * 3


@case("LINE-041", "SEG-010")
@pytest.mark.parametrize(
    "back",
    [{"interaction_template_code": "GOLF"}, {"inherit": ["interaction_template_code"]}],
)
def test_going_back_to_the_headers_template_is_another_template_too(desk, spring, back):
    personalise(desk, spring, lines=[10000], interaction_template_code="BUS")
    personalise(desk, spring, lines=[10000], cost="1.00")

    personalise(desk, spring, lines=[10000], **back)

    assert shown(desk, spring, "personal") == [[]] * 3
    assert shown(desk, spring, "cost") == ["8.00"] * 3


@case("LINE-050")
def test_an_address_is_needed_by_the_contact_of_every_line(desk, spring):
    for contact in ("C1", "C3"):
        desk.create(f"contacts/{contact}/alternative-addresses", code="HOME")
    address = f"segments/{spring}/lines"

    refused = desk.patch(address, {"filter": {}, "contact_alt_address_code": "HOME"})
    done = personalise(
        desk, spring, lines=[10000, 30000], contact_alt_address_code="HOME"
    )

    assert refusal(refused) == (422, "E-UNKNOWN-CODE")
    (fault,) = refused.json["errors"]
    assert (fault["line_no"], fault["field"]) == (20000, "contact_alt_address_code")
    assert "C2" in fault["detail"]
    assert done["lines_changed"] == 2
    assert shown(desk, spring, "contact_alt_address_code") == ["HOME", None, "HOME"]


def test_of_many_lines_without_the_address_some_are_named_and_all_counted(desk):
    segment = desk.segment()
    for number in range(120):
        desk.company(f"X{number:03}")
    desk.do(f"segments/{segment}/add-contacts")

    answer = desk.patch(
        f"segments/{segment}/lines", {"filter": {}, "contact_alt_address_code": "HOME"}
    )

    assert len(answer.json["errors"]) == 100
    assert "123 of the lines" in answer.json["detail"]


@case("LINE-051")
def test_targets_follow_many_lines_as_they_follow_one(desk, spring):
    personalise(desk, spring, filter={}, campaign_no="CMP1", campaign_target=True)
    desk.do("campaigns/CMP1/activate")

    personalise(desk, spring, lines=[10000, 20000], campaign_target=False)

    (target,) = desk.items("campaigns/CMP1/targets")
    assert target["no"] == "C3"


@case("CRIT-043")
def test_it_is_no_criteria_action_and_going_back_leaves_it(desk, spring):
    personalise(desk, spring, filter={}, cost="1.00")

    desk.do(f"segments/{spring}/go-back")
    desk.do(f"segments/{spring}/go-forward")

    assert desk.read(f"segments/{spring}")["no_of_criteria_actions"] == 3
    assert shown(desk, spring, "cost") == ["1.00"] * 3


def test_lines_that_are_not_in_force_are_left_alone(desk, spring):
    desk.do(f"segments/{spring}/go-back")
    personalise(desk, spring, filter={}, cost="1.00")
    desk.do(f"segments/{spring}/go-forward")

    assert shown(desk, spring, "cost") == ["1.00", "1.00", "8.00"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cost": "1.00"}, "lines"),
        ({"filter": {}, "lines": [10000], "cost": "1.00"}, "lines"),
        ({"filter": {"name": "x"}}, "filter.name"),
        ({"filter": {"own": "contact_no"}}, "filter.own"),
        ({"filter": {"personal": "yes"}}, "filter.personal"),
        ({"filter": 7}, "filter"),
        ({"lines": ["a"]}, "lines.0"),
        ({"lines": [0]}, "lines.0"),
        ({"filter": {}, "expected": -1}, "expected"),
        ({"filter": {}, "cost": "-1"}, "cost"),
        ({"filter": {}, "contact_no": "C1"}, "contact_no"),
        ({"filter": {}, "salesperson_code": "NOBODY"}, "salesperson_code"),
        ({"filter": {}, "inherit": ["contact_no"]}, "inherit"),
        ({"filter": {}, "inherit": ["cost"], "cost": "1.00"}, "cost"),
    ],
)
def test_what_cannot_be_is_refused_by_name(desk, spring, wrong, field):
    before = desk.lines(spring)

    answer = desk.patch(f"segments/{spring}/lines", wrong)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field
    assert desk.lines(spring) == before


def test_a_list_refuses_a_field_that_lines_do_not_have(desk, spring):
    assert desk.get(f"segments/{spring}/lines?own=contact_no").status_code == 400


def test_only_who_may_edit_personalises(program_as, desk, spring):
    body = {"filter": {}, "cost": "1.00"}
    address = f"segments/{spring}/lines"

    assert program_as("viewer").patch(address, body).status_code == 403
    assert program_as("marketer").patch(address, body).status_code == 200
    assert desk.patch("segments/SM9999/lines", body).status_code == 404
