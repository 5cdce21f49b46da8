"""Adding, reducing and refining contacts, each a step that Go Back undoes."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


def add(program, segment, contact=None, **options):
    filters = {"contact": contact} if contact else {}
    return program.do(f"segments/{segment}/add-contacts", filters=filters, **options)


def reduce(program, segment, contact=None, **options):
    filters = {"contact": contact} if contact else {}
    return program.do(f"segments/{segment}/reduce-contacts", filters=filters, **options)


def refine(program, segment, contact=None, **options):
    filters = {"contact": contact} if contact else {}
    return program.do(f"segments/{segment}/refine-contacts", filters=filters, **options)


# --- adding (CRIT-001…016) --------------------------------------------------------------


@case("BCT-SEG-01")
def test_contacts_are_added_by_their_number(desk):
    segment = desk.segment()

    header = add(desk, segment, {"no": "C1"})

    assert (header["no_of_lines"], desk.contacts_of(segment)) == (1, ["C1"])
    assert desk.lines(segment)[0]["line_no"] == 10000


@case("CRIT-005")
def test_no_filter_adds_everybody(desk):
    segment = desk.segment()

    add(desk, segment)

    assert desk.contacts_of(segment) == ["C1", "C2", "C3"]


@pytest.mark.parametrize(("deed", "going"), [("add", 1), ("reduce", 1), ("refine", 2)])
def test_another_number_of_lines_than_the_expected_one_is_refused(desk, deed, going):
    segment = desk.segment()
    add(desk, segment)
    program = {"add": add, "reduce": reduce, "refine": refine}[deed]
    before = desk.contacts_of(segment)
    again = {"allow_existing_contacts": True} if deed == "add" else {}

    answer = desk.post(
        f"segments/{segment}/{deed}-contacts",
        {"filters": {"contact": {"no": "C2"}}, "expected": going + 1, **again},
    )

    assert refusal(answer) == (422, "E-COUNT")
    assert desk.contacts_of(segment) == before
    program(desk, segment, {"no": "C2"}, expected=going, **again)
    assert desk.contacts_of(segment) != before


@case("CRIT-001")
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"no": ["C1", "C3"]}, ["C1", "C3"]),
        ({"no": {"from": "C2", "to": "C3"}}, ["C2", "C3"]),
        ({"no": {"from": "C2"}}, ["C2", "C3"]),
        ({"no": {"ne": "C2"}}, ["C1", "C3"]),
        ({"no": "c1"}, ["C1"]),
        ({"salesperson_code": ["JR"]}, ["C1", "C3"]),
        ({"salesperson_code": "jr"}, ["C1", "C3"]),
        ({"salesperson_code": ["JR"], "no": ["C1", "C2"]}, ["C1"]),
        ({"name": {"contains": "ET"}}, ["C2"]),
        ({"name": "Alpha"}, ["C1"]),
        ({"company_name": {"contains": "amm"}}, ["C3"]),
        ({"company_no": ["C2"]}, ["C2"]),
        ({"type": "company"}, ["C1", "C2", "C3"]),
        ({"type": ["person"]}, []),
        ({"territory_code": [""]}, ["C1", "C2", "C3"]),
        ({"no": [f"N{number}" for number in range(70_000)] + ["C1"]}, ["C1"]),
        ({"no": ["NOBODY"]}, []),
    ],
)
def test_filters_choose_who_is_added(desk, condition, expected):
    segment = desk.segment()

    add(desk, segment, condition)

    assert desk.contacts_of(segment) == expected


NO_FILTERS = [
    {"contacts": {"no": "C1"}},
    {"contact": {"nr": "C1"}},
    {"contact": {"no": 5}},
    {"contact": {"no": [5]}},
    {"contact": {"no": None}},
    {"contact": {"no": {"between": "C1"}}},
    {"contact": {"no": {"from": 5}}},
    {"contact": {"no": {}}},
    {"contact": {"no": []}},
    {"contact": {"no": "a\0b"}},
    {"contact": {"no": ["\ud800"]}},
    {"contact": {"name": {"contains": "a\0b"}}},
    {"contact": {"\ud800": "C1"}},
    {"\0": {"no": "C1"}},
    {"contact": {"type": "robot"}},
    {"contact": {"type": [["company"]]}},
    {"contact": {"type": {"from": "company"}}},
    {"contact": "C1"},
    {"contact": None},
    ["C1"],
    "C1",
]


@case("CRIT-001", "TRAP-10")
@pytest.mark.parametrize("deed", ["add", "reduce", "refine"])
def test_a_filter_that_is_none_is_refused_and_makes_no_step(desk, deed):
    segment = desk.segment()
    desk.line(segment, "C1")

    for filters in NO_FILTERS:
        answer = desk.post(f"segments/{segment}/{deed}-contacts", {"filters": filters})

        assert answer.status_code == 422, filters
        assert answer.json["errors"][0]["field"].startswith("filters"), filters
    header = desk.read(f"segments/{segment}")
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (1, 1)


@pytest.fixture
def companies(desk):
    """Two companies with people, and a person who belongs to nobody."""
    desk.person("P1", name="Ann", company_no="C1")
    desk.person("P2", name="Bob", company_no="C1", salesperson_code="BC")
    desk.person("P3", name="Cid", company_no="C2")
    desk.person("P9", name="Zoe")
    return desk


@case("CRIT-010")
def test_expanding_brings_the_whole_company_of_whoever_matches(companies):
    segment = companies.segment()

    add(companies, segment, {"no": ["P1", "P9"]}, expand_companies=True)

    assert sorted(companies.contacts_of(segment)) == ["C1", "P1", "P2", "P9"]


@case("CRIT-011")
def test_related_companies_are_added_once(companies):
    segment = companies.segment()

    add(companies, segment, {"no": ["C1", "P1", "P3"]}, allow_related_companies=True)

    assert sorted(companies.contacts_of(segment)) == ["C1", "C2", "P1", "P3"]


@case("CRIT-012")
def test_excluded_contacts_are_left_out_unless_asked_for(companies):
    companies.change("contacts/C1", exclude_from_segment=True)
    without, within = companies.segment(), companies.segment()

    add(companies, without, {"no": ["C1"]}, expand_companies=True)
    add(companies, within, {"no": ["C1"]}, ignore_exclusion=True)

    assert companies.contacts_of(without) == ["P1", "P2"]
    assert companies.contacts_of(within) == ["C1"]


@case("CRIT-013", "INV-009")
def test_contacts_that_are_in_already_are_added_only_if_asked_for(desk):
    segment = desk.segment()

    counts = [
        add(desk, segment, {"no": ["C1", "C2"]}, **options)["no_of_lines"]
        for options in ({}, {}, {"allow_existing_contacts": True})
    ]

    assert counts == [2, 2, 4]


@case("CRIT-014")
def test_companies_come_by_name_and_before_their_people(companies):
    companies.company("C0", name="ärzte")
    companies.company("C4", name="beta")
    segment = companies.segment()

    add(companies, segment)

    # Zoe has no company, so her company's name is blank.
    assert companies.contacts_of(segment) == [
        "P9",
        *("C1", "P1", "P2"),
        "C0",
        *("C2", "P3"),
        *("C4", "C3"),
    ]


@case("CRIT-014")
def test_line_numbers_go_on_after_the_last_one_ever_given(desk):
    segment = desk.segment()
    add(desk, segment, {"no": ["C1", "C2"]})
    desk.remove(f"segments/{segment}/lines/20000")

    add(desk, segment, {"no": ["C3"]})

    assert [line["line_no"] for line in desk.lines(segment)] == [10000, 30000]


@case("CRIT-015")
@pytest.mark.parametrize("salesperson", [None, "BC"])
def test_a_line_that_comes_by_a_filter_says_what_one_by_hand_says(desk, salesperson):
    for code in ("ENU", "DAN"):
        desk.create("languages", code=code, description=code)
    desk.company(
        "C9", salesperson_code="JR", language_code="DAN", correspondence_type="email"
    )
    desk.company("D9", salesperson_code="BC")
    address(desk, "C9", "ALT1", "2026-01-01")
    by_hand, by_filter = (
        desk.segment(
            interaction_template_code="GOLF",
            campaign_no="CMP1",
            salesperson_code=salesperson,
        )
        for _ in range(2)
    )
    for segment in (by_hand, by_filter):
        for code in ("ENU", "DAN"):
            content = {"language_code": code, "subject": f"In {code}"}
            desk.create(f"segments/{segment}/languages", **content)
        desk.change(f"segments/{segment}", date="2026-05-04")
    expected = [desk.line(by_hand, contact) for contact in ("C9", "D9")]

    add(desk, by_filter, {"no": ["C9", "D9"]})

    lines = desk.lines(by_filter)
    assert lines == expected
    assert lines[0]["salesperson_code"] == (salesperson or "JR")
    assert lines[0]["contact_alt_address_code"] == "ALT1"
    assert [line["subject"] for line in lines] == ["In DAN", "In ENU"]


@case("CRIT-015", "CRIT-033")
def test_going_back_takes_the_lines_of_the_step_that_added_them(desk):
    segment = desk.segment()
    for wanted in (["C1"], ["C1", "C2"], ["C3"]):
        add(desk, segment, {"no": wanted}, allow_existing_contacts=True)

    left = []
    for _ in range(3):
        desk.do(f"segments/{segment}/go-back")
        left.append(desk.contacts_of(segment))

    assert left == [["C1", "C1", "C2"], ["C1"], []]


# --- reducing and refining (CRIT-020…027) ---------------------------------------------


@case("BCT-SEG-04")
def test_reducing_takes_out_who_matches(desk):
    segment = desk.segment()
    add(desk, segment, {"no": {"from": "C1", "to": "C3"}})

    reduce(desk, segment, {"salesperson_code": "JR", "no": {"from": "C1", "to": "C3"}})

    left = [line["salesperson_code"] for line in desk.lines(segment)]
    assert left == ["BC"]


@case("BCT-SEG-07")
def test_reducing_by_number_takes_out_one_contact(desk):
    segment = desk.segment()
    for no in ("C1", "C2"):
        desk.line(segment, no)

    reduce(desk, segment, {"no": "C1"})

    assert desk.contacts_of(segment) == ["C2"]


@case("BCT-SEG-09")
def test_refining_keeps_who_matches(desk):
    segment = desk.segment()
    for no in ("C1", "C2"):
        desk.line(segment, no)

    refine(desk, segment, {"salesperson_code": ["BC"]})

    assert desk.contacts_of(segment) == ["C2"]


@case("CRIT-024")
def test_all_lines_of_a_contact_go_together(desk):
    segment = desk.segment()
    for no in ("C1", "C2", "C1"):
        desk.line(segment, no)

    reduce(desk, segment, {"no": "C1"})

    assert desk.contacts_of(segment) == ["C2"]


@case("CRIT-021", "INV-013")
@pytest.mark.parametrize(
    ("condition", "of_whole_companies"),
    [
        ({"no": "P2"}, ["C1", "P1", "P2"]),
        ({"no": "P9"}, ["P9"]),
        ({"salesperson_code": "BC"}, ["C1", "C2", "P1", "P2", "P3"]),
    ],
)
def test_whole_companies_are_reduced_or_kept(companies, condition, of_whole_companies):
    reduced, refined = companies.segment(), companies.segment()
    everybody = ["C1", "C2", "C3", "P1", "P2", "P3", "P9"]
    for segment in (reduced, refined):
        add(companies, segment)

    reduce(companies, reduced, condition, entire_companies=True)
    refine(companies, refined, condition, entire_companies=True)

    assert sorted(companies.contacts_of(refined)) == of_whole_companies
    assert sorted(companies.contacts_of(reduced)) == [
        no for no in everybody if no not in of_whole_companies
    ]


@case("INV-011", "INV-012")
def test_reducing_and_refining_share_the_lines_between_them(companies):
    reduced, refined = companies.segment(), companies.segment()
    for segment in (reduced, refined):
        add(companies, segment)
    everybody = companies.contacts_of(reduced)

    for _ in range(2):
        reduce(companies, reduced, {"salesperson_code": "JR"})
        refine(companies, refined, {"salesperson_code": "JR"})

    taken_out, kept = companies.contacts_of(reduced), companies.contacts_of(refined)
    assert sorted(taken_out + kept) == sorted(everybody)
    header = companies.read(f"segments/{reduced}")
    assert header["no_of_criteria_actions"] == 3


# --- the steps themselves (CRIT-030…043, LINE-072) --------------------------------------


@case("BCT-CRT-01", "CRIT-040")
def test_a_contact_added_by_hand_is_one_step(desk):
    segment = desk.segment()
    desk.line(segment, "C1")

    assert desk.read(f"segments/{segment}")["no_of_criteria_actions"] == 1
    (step,) = desk.items(f"segments/{segment}/criteria")
    assert (step["action"], step["filters"]) == (
        "add_contacts",
        {"contact": {"no": ["C1"]}},
    )


@case("CRIT-032")
def test_a_step_that_changes_nothing_is_a_step(desk):
    segment = desk.segment()

    add(desk, segment, {"no": "NOBODY"})
    reduce(desk, segment, reset_when_empty=False)

    steps = desk.items(f"segments/{segment}/criteria")
    assert [(step["action"], step["lines_changed"]) for step in steps] == [
        ("add_contacts", 0),
        ("reduce_contacts", 0),
    ]


OPTIONS = (
    "allow_existing_contacts",
    "expand_companies",
    "allow_related_companies",
    "ignore_exclusion",
    "entire_companies",
)


@case("CRIT-030", "CRIT-031")
def test_a_step_keeps_only_the_options_it_offers_and_the_tables_it_asks(desk):
    segment = desk.segment()
    filters = {"contact": {"no": "C1"}, "mailing_group": {}, "industry_group": {}}
    for deed in ("add", "reduce", "refine"):
        desk.do(
            f"segments/{segment}/{deed}-contacts",
            filters=filters,
            reset_when_empty=False,
            **dict.fromkeys(OPTIONS, True),
        )
    desk.do(f"segments/{segment}/add-contacts")
    desk.create(f"segments/{segment}/save-criteria", code="KEPT")

    steps = desk.items(f"segments/{segment}/criteria")

    chosen = [{name for name in OPTIONS if step[name]} for step in steps]
    of_add = set(OPTIONS) - {"entire_companies"}
    assert chosen == [of_add, {"entire_companies"}, {"entire_companies"}, set()]
    assert [step["filters"] for step in steps] == [{"contact": {"no": "C1"}}] * 3 + [{}]
    assert [step["no_of_filters"] for step in steps] == [1, 1, 1, 0]
    saved = desk.read("saved-criteria/KEPT")["actions"]
    assert [step["no_of_filters"] for step in saved] == [1, 1, 1, 0]


@case("CRIT-030")
def test_a_step_remembers_its_filter_and_its_options(desk):
    segment = desk.segment()
    condition = {"no": {"from": "C1", "to": "C2"}, "salesperson_code": ["JR"]}
    add(desk, segment, condition, expand_companies=True, ignore_exclusion=True)

    (step,) = desk.items(f"segments/{segment}/criteria")

    assert step["filters"] == {"contact": condition}
    assert (step["action_no"], step["in_force"]) == (1, True)
    assert (step["expand_companies"], step["ignore_exclusion"]) == (True, True)
    assert not step["allow_existing_contacts"]
    assert not step["allow_related_companies"]
    assert not step["entire_companies"]


@case("CRIT-041")
def test_a_line_taken_out_by_hand_is_one_step(desk):
    segment = desk.segment()
    add(desk, segment)

    desk.remove(f"segments/{segment}/lines/10000")

    steps = desk.items(f"segments/{segment}/criteria")
    assert [(step["action"], step["filters"]) for step in steps[1:]] == [
        ("reduce_contacts", {"contact": {"no": ["C1"]}})
    ]


@case("BCT-CRT-02", "LINE-072")
def test_a_segment_that_becomes_empty_forgets_its_steps(desk):
    segment = desk.segment()
    desk.line(segment, "C1")

    header = reduce(desk, segment, reset_when_empty=True)

    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (0, 0)
    assert desk.items(f"segments/{segment}/criteria") == []


@case("LINE-072")
def test_unless_the_question_is_answered_no(desk):
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C2")

    header = reduce(desk, segment, reset_when_empty=False)

    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (0, 3)


@case("LINE-072", "CRIT-041")
@pytest.mark.parametrize(("answer", "left"), [("true", 0), ("false", 2)])
def test_the_last_line_taken_out_by_hand_asks_the_same(desk, answer, left):
    segment = desk.segment()
    desk.line(segment, "C1")

    desk.remove(f"segments/{segment}/lines/10000?reset_when_empty={answer}")

    assert desk.read(f"segments/{segment}")["no_of_criteria_actions"] == left


@case("HIST-001", "INV-014")
def test_going_back_undoes_the_newest_step_exactly(desk):
    segment = desk.segment()
    add(desk, segment)
    desk.change(f"segments/{segment}/lines/20000", description="Mine")
    before = desk.lines(segment)
    refine(desk, segment, {"no": "C1"})

    header = desk.do(f"segments/{segment}/go-back")

    assert desk.lines(segment) == before
    assert (header["no_of_lines"], header["no_of_criteria_actions"]) == (3, 1)


@case("HIST-001")
def test_going_forward_does_again_what_was_undone(desk):
    segment = desk.segment()
    add(desk, segment)
    reduce(desk, segment, {"no": "C1"})
    after = desk.lines(segment)
    desk.do(f"segments/{segment}/go-back")

    desk.do(f"segments/{segment}/go-forward")

    assert desk.lines(segment) == after


@case("HIST-001")
def test_there_is_nothing_to_go_back_from_or_forward_to(desk):
    segment = desk.segment()

    answers = [desk.post(f"segments/{segment}/go-{way}") for way in ("back", "forward")]

    assert [refusal(answer) for answer in answers] == [(409, "E-NO-ACTION")] * 2


@case("HIST-002")
def test_a_new_step_forgets_what_lay_ahead(desk):
    segment = desk.segment()
    add(desk, segment, {"no": "C1"})
    add(desk, segment, {"no": "C2"})
    desk.do(f"segments/{segment}/go-back")

    add(desk, segment, {"no": "C3"})

    assert desk.contacts_of(segment) == ["C1", "C3"]
    assert refusal(desk.post(f"segments/{segment}/go-forward")) == (409, "E-NO-ACTION")
    steps = desk.items(f"segments/{segment}/criteria")
    assert [step["action_no"] for step in steps] == [1, 2]


@case("CRIT-016")
def test_every_option_is_off_unless_it_is_asked_for(companies):
    companies.change("contacts/P2", exclude_from_segment=True)
    segment = companies.segment()
    for _ in range(2):
        add(companies, segment, {"no": ["P1", "P2"]})

    steps = companies.items(f"segments/{segment}/criteria")

    assert companies.contacts_of(segment) == ["P1"]
    assert not any(step[option] for step in steps for option in OPTIONS)


@case("CRIT-033", "INV-015")
def test_the_header_counts_the_steps_in_force(desk):
    segment = desk.segment()
    add(desk, segment, {"no": "C1"})
    add(desk, segment, {"no": "C2"})
    refine(desk, segment, {"no": "C2"})
    counts = [desk.read(f"segments/{segment}")["no_of_criteria_actions"]]
    counts.append(desk.do(f"segments/{segment}/go-back")["no_of_criteria_actions"])

    steps = desk.items(f"segments/{segment}/criteria")

    assert counts == [3, 2]
    assert [step["action_no"] for step in steps] == [1, 2, 3]


@case("CRIT-027")
def test_who_has_no_company_stands_alone_with_whole_companies(companies):
    companies.person("P8", name="Yan")
    segment = companies.segment()
    for no in ("P8", "P9"):
        companies.line(segment, no)

    reduce(companies, segment, {"no": "P9"}, entire_companies=True)

    assert companies.contacts_of(segment) == ["P8"]


# --- guards from contacts (GUARD-001…003, HIST-007) -------------------------------------


@case("GUARD-001")
def test_a_contact_in_a_segment_cannot_be_deleted(desk):
    segment = desk.segment()
    desk.line(segment, "C1")

    answer = desk.delete("contacts/C1")

    assert answer.status_code == 409
    assert desk.contacts_of(segment) == ["C1"]


@case("GUARD-002")
def test_a_person_in_a_segment_cannot_change_company(companies):
    segment = companies.segment()
    companies.line(segment, "P1")

    for company in ("C2", None):
        answer = companies.patch("contacts/P1", {"company_no": company})
        assert answer.status_code in {409, 422}

    assert companies.lines(segment)[0]["contact_company_no"] == "C1"


@case("HIST-007")
def test_going_back_to_a_contact_that_was_deleted_since_breaks_nothing(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    add(desk, segment, {"no": ["C1", "C2"]})
    reduce(desk, segment, {"no": "C1"})
    desk.remove("contacts/C1")

    header = desk.do(f"segments/{segment}/go-back")

    lines = desk.lines(segment)
    assert header["no_of_lines"] == len(lines)
    assert {line["contact_no"] for line in lines} <= {None, "C2"}


# --- alternative addresses (LINE-025, LINE-050) --------------------------------------


def address(program, contact, code, starting_date, ending_date=None):
    of_contact = f"contacts/{contact}/alternative-addresses"
    if program.get(f"{of_contact}/{code}").status_code == 404:
        program.create(of_contact, code=code)
    program.create(
        f"{of_contact}/{code}/date-ranges",
        starting_date=starting_date,
        ending_date=ending_date,
    )


@case("BCT-SEG-20", "LINE-025")
def test_a_line_takes_the_address_that_is_active_on_its_date(desk):
    segment = desk.segment()
    today = desk.read(f"segments/{segment}")["date"]
    address(desk, "C1", "ALT1", today)

    assert desk.line(segment, "C1")["contact_alt_address_code"] == "ALT1"


@case("LINE-025", "LINE-050")
@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2026-03-31", None),
        ("2026-04-01", "ALT1"),
        ("2026-04-30", "ALT1"),
        ("2026-05-01", "ALT2"),
        ("2026-05-31", "ALT2"),
        ("2026-06-01", "ALT1"),
        ("2026-07-01", None),
        (None, None),
    ],
)
def test_of_several_addresses_the_one_that_began_last_is_active(desk, date, code):
    address(desk, "C1", "ALT1", "2026-04-01", "2026-06-30")
    address(desk, "C1", "ALT2", "2026-05-01", "2026-05-31")
    segment = desk.segment()
    desk.line(segment, "C1")
    desk.line(segment, "C1", date="2026-05-15")

    on_header = desk.change(f"segments/{segment}", date=date, update_lines=True)
    inherited = desk.lines(segment)[0]
    own = desk.change(f"segments/{segment}/lines/20000", date=date)

    assert on_header["date"] == date
    assert inherited["contact_alt_address_code"] == code
    assert own["contact_alt_address_code"] == code


@case("LINE-050")
def test_an_address_chosen_by_hand_stays_when_the_date_changes(desk):
    address(desk, "C1", "ALT1", "2026-04-01")
    desk.create("contacts/C1/alternative-addresses", code="ALT9")
    segment = desk.segment()
    desk.line(segment, "C1", contact_alt_address_code="ALT9")

    desk.change(f"segments/{segment}", date="2026-04-01")

    assert desk.lines(segment)[0]["contact_alt_address_code"] == "ALT9"


ONE_OF_EACH_KIND = (
    ("contact", "name"),
    ("contact", "type"),
    ("contact", "exclude_from_segment"),
    ("profile_answer", "line_no"),
    ("interaction_log_entry", "date"),
)
STRANGE = (
    *(None, -1, 1.5, 10**30, "", "a\0b", "\ud800", "9" * 30, "NaN", "infinity"),
    *("10000-01-01", "2026-02-30", [[]], {"a": "b"}),
)


@case("TRAP-10")
def test_no_condition_however_strange_is_our_fault(desk):
    segment = desk.segment()
    for table, field in ONE_OF_EACH_KIND:
        for value in STRANGE:
            for condition in (value, {"from": value}):
                answer = desk.post(
                    f"segments/{segment}/reduce-contacts",
                    {"filters": {table: {field: condition}}},
                )

                assert answer.status_code in {200, 422}, (table, field, condition)
