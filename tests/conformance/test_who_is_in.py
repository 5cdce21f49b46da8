"""Why a contact is in a segment, how two segments differ, and what leaves of them."""

import csv
import io

import pytest

from core.contacts.models import ContactAltAddress
from core.contacts.queries import contact_found
from core.database import transaction
from tests.conformance.program import refusal
from tests.support.queries import counted_queries

case = pytest.mark.case


@pytest.fixture
def companies(desk):
    """Two companies with a person each."""
    desk.person("P1", name="Ann", company_no="C1")
    desk.person("P2", name="Bob", company_no="C2")
    return desk


def step(program, no, deed, *, options=None, **filters):
    program.do(
        f"segments/{no}/{deed}-contacts",
        filters=filters,
        reset_when_empty=False,
        **(options or {}),
    )


# --- why ------------------------------------------------------------------------------


@case("CRIT-030", "CRIT-040")
def test_each_step_says_what_it_did_to_the_contact(companies):
    segment = companies.segment(interaction_template_code="GOLF", salesperson_code="JR")
    step(companies, segment, "add", contact={"salesperson_code": "JR"})
    companies.line(segment, "P2")
    step(companies, segment, "reduce", contact={"no": "C1"})

    c1 = companies.read(f"segments/{segment}/why/c1")
    p2 = companies.read(f"segments/{segment}/why/P2")

    assert not c1["is_in"]
    assert c1["contact_name"] == "Alpha"
    assert [
        (
            s["action_no"],
            s["action"],
            s["matches"],
            s["added_lines"],
            s["removed_lines"],
        )
        for s in c1["steps"]
    ] == [
        (1, "add_contacts", True, [10000], []),
        (2, "add_contacts", False, [], []),
        (3, "reduce_contacts", True, [], [10000]),
    ]
    (line,) = c1["lines"]
    assert (line["added_by"], line["removed_by"], line["in_force"]) == (1, 3, False)
    assert p2["is_in"]
    assert p2["lines"][0]["problem"] is None
    assert c1["steps"][0]["created_by"] == "administrator"
    assert c1["steps"][0]["filters"] == {"contact": {"salesperson_code": "JR"}}


def test_the_filter_is_judged_as_the_contact_is_today(companies):
    segment = companies.segment()
    step(companies, segment, "add", contact={"salesperson_code": "JR"})
    companies.change("contacts/C1", salesperson_code="BC")

    (first,) = companies.read(f"segments/{segment}/why/C1")["steps"]

    assert (first["matches"], first["added_lines"]) == (False, [10000])


@case("CRIT-010", "CRIT-011", "CRIT-021")
@pytest.mark.parametrize(
    ("deed", "option", "of_person"),
    [
        ("add", "expand_companies", True),
        ("add", "allow_related_companies", False),
        ("reduce", "entire_companies", True),
    ],
)
def test_who_is_meant_with_the_company_is_told_from_who_matches(
    companies, deed, option, of_person
):
    segment = companies.segment()
    options = {option: True}
    step(companies, segment, deed, contact={"no": "C1"}, options=options)
    step(companies, segment, deed, contact={"no": "P1"}, options=options)

    by_company, by_person = companies.read(f"segments/{segment}/why/P1")["steps"]
    company_by_person = companies.read(f"segments/{segment}/why/C1")["steps"][1]
    stranger = companies.read(f"segments/{segment}/why/P2")["steps"][0]

    assert (by_company["matches"], by_company["meant_by_company"]) == (False, of_person)
    assert (by_person["matches"], by_person["meant_by_company"]) == (True, False)
    assert company_by_person["meant_by_company"]
    assert not stranger["meant_by_company"]


@case("LOG-032")
def test_what_the_log_would_refuse_is_said_of_the_line(companies):
    companies.change("contacts/C1", privacy_blocked=True, exclude_from_segment=True)
    segment = companies.segment(interaction_template_code="GOLF", salesperson_code="JR")
    companies.line(segment, "C1")

    found = companies.read(f"segments/{segment}/why/C1")

    assert found["privacy_blocked"]
    assert found["exclude_from_segment"]
    assert found["lines"][0]["problem"] == "E-LINE-PRIVACY"
    assert "blocked for privacy" in found["lines"][0]["detail"]


@case("HIST-001")
def test_undone_steps_are_told_from_those_in_force(companies):
    segment = companies.segment()
    companies.line(segment, "C1")
    companies.do(f"segments/{segment}/go-back")

    found = companies.read(f"segments/{segment}/why/C1")

    assert (found["is_in"], found["steps"][0]["in_force"]) == (False, False)
    assert found["lines"][0]["in_force"] is False


def test_a_step_that_no_filter_describes_cannot_be_told(companies):
    segment = companies.segment(interaction_template_code="GOLF", salesperson_code="JR")
    for no in ("C1", "C2"):
        companies.line(segment, no)
    companies.change("contacts/C1", privacy_blocked=True)
    job = companies.log(segment, on_line_error="skip")

    rest = job["result"]["left_behind_segment_no"]
    found = companies.read(f"segments/{rest}/why/C1")

    assert found["is_in"]
    assert found["steps"][0]["matches"] is None


def test_many_steps_are_asked_in_few_statements(companies, committing_engine):
    segment = companies.segment()
    for no in ("C1", "C2", "C3", "P1", "P2"):
        companies.line(segment, no)
    path = f"segments/{segment}/why/C1"
    with counted_queries(committing_engine) as few:
        companies.read(path)
    for no in ("C1", "C2", "C3", "P1", "P2"):
        step(companies, segment, "reduce", contact={"no": no})

    with counted_queries(committing_engine) as many:
        companies.read(path)

    assert len(many) <= len(few)


def test_asking_about_nobody_or_in_no_segment_is_not_found(companies, program_as):
    segment = companies.segment()

    answers = [
        companies.get(f"segments/{segment}/why/NOBODY"),
        companies.get("segments/NONE/why/C1"),
    ]

    assert [refusal(answer) for answer in answers] == [(404, "E-NOT-FOUND")] * 2
    assert program_as("operator").get(f"segments/{segment}/why/C1").status_code == 403


# --- two segments ---------------------------------------------------------------------


@pytest.fixture
def two(companies):
    """C1, C2 twice, P1 in SMA; C2, C3 in SMB, and P2 was there."""
    companies.create("segments", no="SMA")
    companies.create("segments", no="SMB")
    for no in ("C1", "C2", "C2", "P1"):
        companies.line("SMA", no)
    for no in ("C2", "C3", "P2"):
        companies.line("SMB", no)
    companies.remove("segments/SMB/lines/30000")
    return companies


def part_of(program, part):
    path = f"segments/SMA/compare/SMB/contacts?part={part}"
    return [contact["no"] for contact in program.items(path)]


def test_contacts_of_two_segments_are_counted_apart(two, committing_engine):
    with counted_queries(committing_engine) as statements:
        found = two.read("segments/SMA/compare/SMB")

    assert (found["only_a"], found["only_b"], found["both"]) == (2, 1, 1)
    assert sum("FULL OUTER JOIN" in statement for statement in statements) == 1
    assert part_of(two, "only_a") == ["C1", "P1"]
    assert part_of(two, "only_b") == ["C3"]
    assert part_of(two, "both") == ["C2"]


def test_a_part_is_read_in_pages(two):
    path = "segments/SMA/compare/SMB/contacts?part=only_a&limit=1"
    first = two.read(path)
    second = two.read(f"{path}&cursor={first['next']}")

    assert [page["items"][0]["no"] for page in (first, second)] == ["C1", "P1"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("deed", "condition", "left"),
    [
        ("add", {"no": ["SMB"], "not_in": ["SMA"]}, {"C1", "C2", "C3", "P1"}),
        ("reduce", {"no": ["SMA"], "not_in": ["SMB"]}, {"C2"}),
        ("reduce", {"no": ["SMA"], "also_in": ["SMB"]}, {"C1", "P1"}),
    ],
)
def test_a_part_is_added_or_taken_out_by_its_filter(two, deed, condition, left):
    step(two, "SMA", deed, segment=condition)

    assert set(two.contacts_of("SMA")) == left


def test_there_must_be_two_to_compare(two):
    for path in ("segments/SMA/compare/NONE", "segments/NONE/compare/SMA/contacts"):
        assert refusal(two.get(path)) == (404, "E-NOT-FOUND")
    assert two.get("segments/SMA/compare/SMB/contacts?part=all").status_code == 400


# --- what leaves ----------------------------------------------------------------------


def exported(program, segment):
    answer = program.get(f"segments/{segment}/export")
    assert answer.status_code == 200
    assert answer.data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@case("BCT-SEG-29", "EXP-001")
def test_a_segment_is_exported_line_by_line(two):
    rows = exported(two, "SMA")

    assert [row["no"] for row in rows] == ["C1", "C2", "C2", "P1"]
    assert [row["type"] for row in rows] == ["0", "0", "0", "1"]
    assert (rows[3]["name"], rows[3]["company_no"]) == ("Ann", "C1")
    assert rows[3]["company_name"] == "Alpha"
    answer = two.get("segments/SMA/export")
    assert answer.mimetype == "text/csv"
    assert "segment-SMA.csv" in answer.headers["Content-Disposition"]


@case("EXP-001")
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(desk, start):
    name = f'{start}1+1,"x"'
    desk.company("C9", name=name)
    segment = desk.segment()
    desk.line(segment, "C9")

    (row,) = exported(desk, segment)

    assert row["name"] == f"'{name}"


@case("EXP-001")
def test_an_empty_segment_exports_the_names_alone(desk, program_as):
    segment = desk.segment()

    assert exported(desk, segment) == []
    assert program_as("operator").get(f"segments/{segment}/export").status_code == 403
    assert refusal(desk.get("segments/NONE/export")) == (404, "E-NOT-FOUND")


@case("REP-001")
def test_the_list_to_print_is_by_contact(two):
    page = two.get("/segments/SMA/contact-list").text

    assert page.index(">C1<") < page.index(">C2<") < page.index(">P1<")
    assert page.count(">C2<") == 2


@case("REP-002", "LINE-025")
def test_labels_show_the_address_in_use_on_the_lines_date(two, committing_engine):
    with transaction(committing_engine) as session:
        contact = contact_found(session, "C1")
        contact.address, contact.city, contact.post_code = "Main Street 1", "Bath", "7"
        contact_id = contact.id
        session.add(
            ContactAltAddress(
                contact_id=contact_id, code="SUMMER", address="Beach 2", city="Nice"
            )
        )
    two.create(
        "contacts/C1/alternative-addresses/SUMMER/date-ranges",
        starting_date="2026-06-01",
    )
    two.change("segments/SMA", date="2026-05-01")
    before = two.get("/segments/SMA/labels").text
    two.change("segments/SMA", date="2026-07-01")

    after = two.get("/segments/SMA/labels?format=37x105").text

    assert "<span>Main Street 1</span><span>7 Bath</span>" in before
    assert "<span>Beach 2</span><span>Nice</span>" in after
    assert "Main Street 1" not in after
    assert 'class="sheet f37x105"' in after
    assert "<span>Alpha</span><span>Ann</span>" in after  # a person below the company
