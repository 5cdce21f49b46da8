"""Filtering contacts by what belongs to them: CRIT-001…003, BCT-SEG-23, -25, -27,
BCT-CRT-08."""

import json

import pytest

from core.contacts.queries import contact_found
from core.database import transaction
from tests import factories
from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def sorted_contacts(desk):
    """Company C1 with P1; C2 with P2; P9 belongs to nobody."""
    desk.person("P1", name="Ann", company_no="C1")
    desk.person("P2", name="Bob", company_no="C2")
    desk.person("P9", name="Zoe")
    for address in (
        "mailing-groups",
        "industry-groups",
        "business-relations",
        "job-responsibilities",
    ):
        for code in ("A", "B"):
            desk.create(address, code=code)
    return desk


def put(program, code, *nos, into="mailing-groups"):
    for no in nos:
        program.create(f"contacts/{no}/{into}", code=code)


def add(program, **filters):
    """The contacts an Add with this filter brings into a new segment."""
    segment = program.segment()
    program.do(f"segments/{segment}/add-contacts", filters=filters)
    return sorted(program.contacts_of(segment))


@pytest.fixture
def entry(committing_engine):
    """Log an interaction with a contact, under its company."""

    def log(no, **values):
        with transaction(committing_engine) as session:
            factories.log_entry(session, contact_found(session, no), **values)

    return log


# --- each table (CRIT-002) ------------------------------------------------------------


@case("CRIT-002")
def test_by_mailing_group(sorted_contacts):
    put(sorted_contacts, "A", "C1", "P9")
    put(sorted_contacts, "B", "P1")

    assert add(sorted_contacts, mailing_group={"code": ["A"]}) == ["C1", "P9"]
    assert add(sorted_contacts, mailing_group={"code": ["A", "B"]}) == [
        *("C1", "P1", "P9")
    ]


@case("CRIT-002")
@pytest.mark.parametrize("table", ["industry_group", "business_relation"])
def test_people_have_the_groups_and_relations_of_their_company(sorted_contacts, table):
    put(sorted_contacts, "A", "C1", into=f"{table.replace('_', '-')}s")

    assert add(sorted_contacts, **{table: {"code": "a"}}) == ["C1", "P1"]


@case("CRIT-002")
def test_by_job_responsibility(sorted_contacts):
    put(sorted_contacts, "A", "P1", into="job-responsibilities")
    put(sorted_contacts, "B", "P9", into="job-responsibilities")

    assert add(sorted_contacts, job_responsibility={"code": {"ne": "A"}}) == ["P9"]


@case("CRIT-002")
def test_by_the_number_in_the_books(sorted_contacts):
    sorted_contacts.create(
        "contacts/C2/business-relations", code="A", link_to_table="vendor", no="V7"
    )

    found = add(sorted_contacts, business_relation={"link_to_table": "vendor"})

    assert found == ["C2", "P2"]


@case("CRIT-002", "CRIT-003")
def test_by_interactions_canceled_ones_too(sorted_contacts, entry):
    entry("C1", date="2026-01-31", evaluation=1, canceled=True)
    entry("P9", date="2026-02-01", evaluation=5)

    after = {"date": {"from": "2026-02-01"}}
    assert add(sorted_contacts, interaction_log_entry=after) == ["P9"]
    pleased = {"evaluation": ["very_positive", "positive"]}
    assert add(sorted_contacts, interaction_log_entry=pleased) == ["C1"]
    assert add(sorted_contacts, interaction_log_entry={"canceled": True}) == ["C1"]


@case("CRIT-002")
def test_interactions_under_a_former_company_do_not_count(sorted_contacts, entry):
    entry("P1", contact_company_id=None)
    entry("P9")

    found = add(sorted_contacts, interaction_log_entry={"segment_no": ""})

    assert found == ["P9"]


@case("CRIT-001")
def test_all_conditions_of_a_table_hold_on_the_same_row(sorted_contacts, entry):
    entry("C1", campaign_no="CMP1", evaluation=1)
    entry("C1", campaign_no="", evaluation=5)
    entry("C2", campaign_no="CMP1", evaluation=5)

    wanted = {"campaign_no": "CMP1", "evaluation": "very_negative"}

    assert add(sorted_contacts, interaction_log_entry=wanted) == ["C2"]


@case("CRIT-001")
def test_every_table_named_has_to_match(sorted_contacts):
    put(sorted_contacts, "A", "C1", "C2", "P2")
    put(sorted_contacts, "A", "C2", into="industry-groups")

    found = add(
        sorted_contacts,
        contact={"type": "person"},
        mailing_group={"code": "A"},
        industry_group={"code": "A"},
    )

    assert found == ["P2"]


@case("CRIT-031")
def test_a_table_without_conditions_is_no_filter(sorted_contacts):
    assert len(add(sorted_contacts, mailing_group={})) == 6


@case("TRAP-10")
@pytest.mark.parametrize(
    "filters",
    [
        {"mailing_groups": {"code": "A"}},
        {"mailing_group": {"contact_id": 1}},
        {"interaction_log_entry": {"date": "tomorrow"}},
        {"interaction_log_entry": {"date": {"contains": "2026"}}},
        {"interaction_log_entry": {"evaluation": "splendid"}},
        {"interaction_log_entry": {"logged_segment_entry_no": "99999999999999999999"}},
        {"interaction_log_entry": {"canceled": "yes"}},
        {"profile_answer": {"line_no": 4294967296}},
        {"profile_answer": {"line_no": True}},
        {"profile_answer": {"line_no": -1}},
    ],
)
def test_what_a_field_cannot_hold_is_refused_by_its_name(desk, filters):
    answer = desk.post(f"segments/{desk.segment()}/add-contacts", {"filters": filters})

    assert refusal(answer) == (422, "E-FILTER")
    assert answer.json["errors"][0]["field"].startswith("filters.")


# --- the cases ----------------------------------------------------------------------


@case("BCT-SEG-23")
def test_a_company_in_the_group_and_by_relation_is_added_once(sorted_contacts):
    put(sorted_contacts, "A", "C1", "P9", "P1")
    segment = sorted_contacts.segment()

    sorted_contacts.do(
        f"segments/{segment}/add-contacts",
        filters={"mailing_group": {"code": "A"}},
        allow_related_companies=True,
    )

    assert sorted(sorted_contacts.contacts_of(segment)) == ["C1", "P1", "P9"]


@case("BCT-SEG-25")
def test_a_group_of_unrelated_contacts_is_added_as_it_is(sorted_contacts):
    put(sorted_contacts, "A", "C3", "P2", "P9")

    assert add(sorted_contacts, mailing_group={"code": "A"}) == ["C3", "P2", "P9"]


@case("BCT-SEG-27")
def test_unrelated_companies_stay_out(sorted_contacts):
    sorted_contacts.person("P8")
    put(sorted_contacts, "A", "P8", "P9")
    segment = sorted_contacts.segment()

    sorted_contacts.do(
        f"segments/{segment}/add-contacts",
        filters={"mailing_group": {"code": "A"}},
        allow_related_companies=True,
    )

    assert sorted(sorted_contacts.contacts_of(segment)) == ["P8", "P9"]


@pytest.fixture
def questionnaire(desk):
    desk.create("profile-questionnaires", code="Q")
    for kind, words in (("question", "Size?"), ("answer", "Small")):
        desk.create("profile-questionnaires/Q/lines", type=kind, description=words)
    desk.create("contacts/C2/profile-answers", questionnaire_code="Q", line_no=20000)
    return desk


@case("BCT-CRT-08", "CRIT-002")
def test_by_profile_answer(questionnaire):
    assert add(questionnaire, profile_answer={"questionnaire_code": "Q"}) == ["C2"]
    answer = {"questionnaire_code": "Q", "line_no": [20000]}
    assert add(questionnaire, profile_answer=answer) == ["C2"]
    other = {"questionnaire_code": "Q", "line_no": {"from": 20001}}
    assert add(questionnaire, profile_answer=other) == []


@case("CRIT-020", "CRIT-021")
def test_whole_companies_are_taken_out_by_the_groups_of_one(sorted_contacts):
    put(sorted_contacts, "A", "P1", "P9")
    segment = sorted_contacts.segment()
    sorted_contacts.do(f"segments/{segment}/add-contacts")

    sorted_contacts.do(
        f"segments/{segment}/reduce-contacts",
        filters={"mailing_group": {"code": "A"}},
        entire_companies=True,
    )

    assert sorted(sorted_contacts.contacts_of(segment)) == ["C2", "C3", "P2"]


# --- segments as a filter -------------------------------------------------------------


@pytest.fixture
def listed(sorted_contacts):
    """C1 and C2 on SMA, C2 and C3 on SMB; P1 was on SMA."""
    for no, contacts in (("SMA", ["C1", "C2", "P1"]), ("SMB", ["C2", "C3"])):
        sorted_contacts.create("segments", no=no)
        for contact in contacts:
            sorted_contacts.line(no, contact)
    sorted_contacts.remove("segments/SMA/lines/30000")
    return sorted_contacts


@case("CRIT-001")
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"no": "SMA"}, ["C1", "C2"]),
        ({"no": ["sma", "SMB"]}, ["C1", "C2", "C3"]),
        ({"no": "SMA", "also_in": "SMB"}, ["C2"]),
        ({"no": "SMA", "not_in": "SMB"}, ["C1"]),
        ({"not_in": ["SMA", "SMB"]}, ["P1", "P2", "P9"]),
        ({"no": "NONE"}, []),
    ],
)
def test_by_the_segments_a_contact_is_in(listed, condition, expected):
    assert add(listed, segment=condition) == expected


@case("CRIT-001")
def test_lines_that_were_taken_out_or_undone_do_not_count(listed):
    listed.do("segments/SMA/go-back")  # P1 is there again
    assert add(listed, segment={"no": "SMA"}) == ["C1", "C2", "P1"]

    for _ in range(3):
        listed.do("segments/SMA/go-back")
    assert add(listed, segment={"no": "SMA"}) == []


@case("CRIT-020")
def test_what_another_segment_holds_is_taken_out_or_kept(listed):
    taken, kept = listed.segment(), listed.segment()
    for no, deed in ((taken, "reduce"), (kept, "refine")):
        listed.do(f"segments/{no}/add-contacts")
        listed.do(f"segments/{no}/{deed}-contacts", filters={"segment": {"no": "SMB"}})

    assert sorted(listed.contacts_of(kept)) == ["C2", "C3"]
    assert sorted(listed.contacts_of(taken)) == ["C1", "P1", "P2", "P9"]


# --- the same filter elsewhere --------------------------------------------------------


def test_the_list_of_contacts_takes_the_same_filter(listed):
    filters = {"segment": {"no": ["SMA"]}, "contact": {"no": {"ne": ["C2", "C9"]}}}
    query = {"filter": json.dumps(filters)}

    found = listed.get("contacts", query_string=query).json["items"]
    narrower = listed.get("contacts", query_string=query | {"no": "C3"}).json["items"]

    assert [contact["no"] for contact in found] == ["C1"]
    assert narrower == []


@pytest.mark.parametrize(
    "text", ["{", "7", '{"hat": {"no": 1}}', '{"contact": {"no": 1}}']
)
def test_a_filter_that_is_none_is_a_malformed_parameter(desk, text):
    answer = desk.get("contacts", query_string={"filter": text})

    assert refusal(answer) == (400, "E-FILTER")


@case("CRIT-012", "CRIT-013", "INV-010")
def test_an_addition_is_counted_before_it_is_done(listed):
    listed.change("contacts/C3", exclude_from_segment=True)
    body = {"filters": {"contact": {"type": "company"}}}

    found = listed.do("segments/SMA/count", **body)
    header = listed.do("segments/SMA/add-contacts", **body)

    assert found == {
        "action": "add_contacts",
        "matching": 3,
        "excluded": 1,
        "already_in": 2,
        "would_change": 0,
        "no_of_lines": 2,
    }
    assert header["no_of_lines"] == 2
    others = listed.do("segments/SMA/count", ignore_exclusion=True)
    assert (others["excluded"], others["would_change"]) == (0, 4)


@case("CRIT-022")
@pytest.mark.parametrize(
    ("action", "matching", "going"),
    [("reduce_contacts", 1, 1), ("refine_contacts", 1, 1)],
)
def test_a_removal_is_counted_before_it_is_done(listed, action, matching, going):
    body = {"filters": {"contact": {"no": "C1"}}}

    found = listed.do("segments/SMA/count", action=action, **body)
    header = listed.do(f"segments/SMA/{action.replace('_', '-')}", **body)

    assert (found["matching"], found["would_change"]) == (matching, going)
    assert header["no_of_lines"] == found["no_of_lines"] - going


def test_counting_changes_nothing_and_needs_no_right_to_change(listed, program_as):
    before = listed.items("segments/SMA/criteria")

    assert program_as("viewer").post("segments/SMA/count").status_code == 200
    assert program_as("operator").post("segments/SMA/count").status_code == 403
    assert listed.items("segments/SMA/criteria") == before
    unknown = listed.post("segments/SMA/count", {"filters": {"hat": {"no": "1"}}})
    assert refusal(unknown) == (422, "E-FILTER")
