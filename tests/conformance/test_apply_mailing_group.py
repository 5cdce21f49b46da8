"""Mailing groups filled from a segment."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def segment(desk):
    """C1 twice, C2 once, and a mailing group that C2 and C3 have."""
    desk.create("mailing-groups", code="M")
    desk.create("mailing-groups", code="OTHER")
    for no in ("C2", "C3"):
        desk.create(f"contacts/{no}/mailing-groups", code="M")
    desk.create("contacts/C3/mailing-groups", code="OTHER")
    no = desk.segment()
    for contact in ("C1", "C2", "C1"):
        desk.line(no, contact)
    return no


def apply(program, segment, code="M", **fields):
    path = f"segments/{segment}/apply-mailing-group"
    return program.do(path, code=code, **fields)


def members(program, code="M"):
    return [
        no
        for no in ("C1", "C2", "C3")
        if code
        in {each["code"] for each in program.items(f"contacts/{no}/mailing-groups")}
    ]


@case("BCT-SEG-19", "MG-001")
def test_the_contacts_of_the_segment_get_the_group(desk, segment):
    applied = apply(desk, segment, "m")

    assert members(desk) == ["C1", "C2", "C3"]
    assert (applied["mailing_group_code"], applied["segment_no"]) == ("M", segment)
    assert (applied["added"], applied["removed"]) == (1, 0)


@case("MG-001")
def test_who_is_not_in_the_segment_loses_it_if_wanted(desk, segment):
    applied = apply(desk, segment, delete_old_assignments=True)

    assert members(desk) == ["C1", "C2"]
    assert members(desk, "OTHER") == ["C3"]
    assert (applied["added"], applied["removed"]) == (1, 1)


@case("MG-001")
def test_applying_it_again_changes_nothing(desk, segment):
    apply(desk, segment, delete_old_assignments=True)

    applied = apply(desk, segment, delete_old_assignments=True)

    assert (applied["added"], applied["removed"]) == (0, 0)


@case("MG-001")
def test_lines_that_were_taken_out_do_not_count(desk, segment):
    desk.remove(f"segments/{segment}/lines/10000")
    desk.remove(f"segments/{segment}/lines/30000")

    assert apply(desk, segment)["added"] == 0
    assert members(desk) == ["C2", "C3"]


@case("MG-001")
def test_an_empty_segment_can_empty_a_group(desk, segment):
    applied = apply(desk, desk.segment(), delete_old_assignments=True)

    assert (applied["added"], applied["removed"]) == (0, 2)
    assert members(desk) == []


@case("MG-001")
def test_contacts_that_gain_or_lose_the_group_count_as_changed(desk, segment):
    before = {
        no: desk.read(f"contacts/{no}")["last_modified_at"] for no in ("C1", "C2", "C3")
    }

    apply(desk, segment, delete_old_assignments=True)

    changed = {
        no
        for no in before
        if desk.read(f"contacts/{no}")["last_modified_at"] != before[no]
    }
    assert changed == {"C1", "C3"}


@case("MG-001")
def test_exactly_one_group_that_exists_must_be_given(desk, segment):
    path = f"segments/{segment}/apply-mailing-group"

    assert refusal(desk.post(path, {"code": "NO"})) == (422, "E-UNKNOWN-CODE")
    assert refusal(desk.post(path, {})) == (422, "E-FIELD")
    assert refusal(desk.post(path, {"code": ["M", "OTHER"]})) == (422, "E-FIELD")


@case("TRAP-16")
def test_a_segment_that_is_being_logged_is_left_alone(desk, segment):
    desk.change(f"segments/{segment}", interaction_template_code="GOLF")
    desk.promise_log(segment)

    answer = desk.post(f"segments/{segment}/apply-mailing-group", {"code": "M"})

    assert refusal(answer) == (409, "E-FROZEN")


def test_a_viewer_applies_nothing(segment, program_as):
    path = f"segments/{segment}/apply-mailing-group"

    assert program_as("viewer").post(path, {"code": "M"}).status_code == 403
