"""Filtering contacts by what belongs to them: CRIT-001…003, BCT-SEG-23, -25, -27,
BCT-CRT-08."""

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
