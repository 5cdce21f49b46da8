"""Whom a campaign is aimed at: activating it, and what changes its target group."""

import pytest

from core.segments.activate_campaign import activate_campaign
from core.segments.follow_up_later import follow_up_logged_segment
from core.segments.reuse_logged_segment import reuse_logged_segment
from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def fair(desk):
    """A segment for CMP1 whose lines are targets."""
    return desk.segment(
        interaction_template_code="GOLF",
        salesperson_code="JR",
        campaign_no="CMP1",
        campaign_target=True,
    )


def targets(program, campaign="CMP1"):
    found = program.items(f"campaigns/{campaign}/targets")
    return [(each["type"], each["no"]) for each in found]


def activate(program, campaign="CMP1"):
    answer = program.do(f"campaigns/{campaign}/activate")
    assert answer["activated"]


def is_activated(program, campaign="CMP1"):
    return program.read(f"campaigns/{campaign}")["activated"]


def cancel_entries(program, campaign="CMP1"):
    for entry in program.items(f"campaigns/{campaign}/entries"):
        program.do(f"campaigns/{campaign}/entries/{entry['entry_no']}/cancel")


def make_customer(program, contact, no):
    if program.get("business-relations/CUST").status_code == 404:
        program.create("business-relations", code="CUST")
    program.create(
        f"contacts/{contact}/business-relations",
        code="CUST",
        link_to_table="customer",
        no=no,
    )


# --- a large group (CAMP-040) ---------------------------------------------------------


def test_a_large_group_is_filled_by_a_job(desk, fair, monkeypatch):
    monkeypatch.setitem(activate_campaign.__kwdefaults__, "at_once", 1)
    for contact in ("C1", "C2"):
        desk.line(fair, contact)

    answer = desk.post("campaigns/CMP1/activate", {"expected": 2})
    assert answer.status_code == 202
    again = desk.post("campaigns/CMP1/activate")
    assert refusal(again) == (409, "E-JOB-RUNNING")
    job = desk.run(answer.json)

    assert (job["kind"], job["state"]) == ("activate_campaign", "succeeded")
    assert job["links"]["campaign"].endswith("/campaigns/CMP1")
    assert is_activated(desk)
    assert targets(desk) == [("contact", "C1"), ("contact", "C2")]


def test_a_group_is_read_in_pages_customers_first(desk, fair):
    make_customer(desk, "C2", "D9")
    for contact in ("C1", "C2"):
        desk.line(fair, contact)
    activate(desk)
    address = "campaigns/CMP1/targets?limit=1"

    first = desk.read(address)
    second = desk.read(f"{address}&cursor={first['next']}")
    wrong = desk.get(f"{address}&cursor=WyIxL0MxIl0")

    assert [row["no"] for row in first["items"]] == ["D9"]
    assert [row["no"] for row in second["items"]] == ["C1"]
    assert second["next"] is None
    assert refusal(wrong) == (400, "E-CURSOR")


# --- activating (CAMP-040, CAMP-041) --------------------------------------------------


@case("BCT-CMP-07", "CAMP-040")
def test_a_campaign_without_targets_cannot_be_activated(desk):
    answer = desk.post("campaigns/CMP1/activate")

    assert refusal(answer) == (422, "E-NO-TARGETS")
    assert "campaign target" in answer.json["detail"]
    assert not is_activated(desk)
    assert targets(desk) == []


@case("BCT-CMP-08", "TGT-001")
def test_a_segment_of_targets_activates_its_campaign(desk, fair):
    desk.line(fair, "C1")

    assert not is_activated(desk)
    activate(desk)

    assert is_activated(desk)
    assert targets(desk) == [("contact", "C1")]
    assert [each["no"] for each in desk.items("campaigns?activated=true")] == ["CMP1"]
    assert desk.items("campaigns?activated=false") == []


@case("BCT-CMP-04", "TGT-002", "CAMP-050")
def test_a_line_may_be_a_target_by_itself(desk):
    segment = desk.segment()
    desk.line(segment, "C1", campaign_no="CMP1", campaign_target=True)
    desk.line(segment, "C2", campaign_no="CMP1")

    activate(desk)

    (target,) = desk.items("campaigns/CMP1/targets")
    assert target == {
        "type": "contact",
        "no": "C1",
        "contact_no": "C1",
        "contact_name": "Alpha",
    }


@case("CAMP-050")
def test_of_people_their_company_counts_and_who_has_none_does_not(desk, fair):
    desk.person("P1", company_no="C2")
    desk.person("P2", company_no="C2")
    desk.person("P3")
    for contact in ("P1", "P2", "P3"):
        desk.line(fair, contact)

    activate(desk)

    assert targets(desk) == [("contact", "C2")]


@case("TGT-002", "CAMP-050")
def test_a_company_that_is_a_customer_stands_under_its_customer_number(desk, fair):
    make_customer(desk, "C1", "K100")
    desk.person("P1", company_no="C1")
    for contact in ("P1", "C2"):
        desk.line(fair, contact)

    activate(desk)

    found = desk.items("campaigns/CMP1/targets")
    assert [(each["type"], each["no"], each["contact_no"]) for each in found] == [
        ("customer", "K100", "C1"),
        ("contact", "C2", "C2"),
    ]


@case("CAMP-054")
def test_who_becomes_a_customer_stays_a_target(desk, fair):
    desk.line(fair, "C1")
    activate(desk)

    make_customer(desk, "C1", "K100")
    as_customer = targets(desk)
    desk.remove("contacts/C1/business-relations/CUST")

    assert as_customer == [("customer", "K100")]
    assert targets(desk) == [("contact", "C1")]


@case("BCT-CMP-10", "CAMP-040", "LSEG-006")
def test_interactions_make_targets_canceled_ones_too(desk, fair):
    make_customer(desk, "C1", "K100")
    desk.line(fair, "C1")
    desk.log(fair)
    cancel_entries(desk)

    activate(desk)

    assert targets(desk) == [("customer", "K100")]


@case("TGT-002")
def test_only_targets_of_the_campaign_itself_count(desk, fair):
    desk.create("campaigns", no="CMP2")
    desk.template("VISIT", campaign_target=False)
    desk.line(fair, "C1")
    desk.line(fair, "C2", campaign_no="CMP2")
    desk.line(fair, "C3", interaction_template_code="VISIT")

    activate(desk)

    assert targets(desk) == [("contact", "C1")]


@case("CAMP-041", "TGT-001")
def test_deactivating_forgets_the_group(desk, fair):
    desk.line(fair, "C1")
    activate(desk)

    answer = desk.do("campaigns/CMP1/deactivate")
    desk.line(fair, "C2")

    assert not answer["activated"]
    assert targets(desk) == []


@case("CAMP-040")
def test_activating_again_brings_the_group_up_to_date(desk, fair):
    desk.line(fair, "C1")
    activate(desk)
    activate(desk)

    assert targets(desk) == [("contact", "C1")]


def test_another_number_than_the_expected_one_is_refused(desk, fair):
    desk.line(fair, "C1")

    answer = desk.post("campaigns/CMP1/activate", {"expected": 2})

    assert refusal(answer) == (422, "E-COUNT")
    assert not is_activated(desk)


def test_a_campaign_that_is_not_there_has_no_group(desk):
    answers = [
        desk.post("campaigns/CMP9/activate"),
        desk.post("campaigns/CMP9/deactivate"),
        desk.get("campaigns/CMP9/targets"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 403)])
def test_who_may_not_edit_does_not_activate(desk, program_as, fair, role, status):
    desk.line(fair, "C1")
    other = program_as(role)

    assert other.post("campaigns/CMP1/activate").status_code == status
    assert other.post("campaigns/CMP1/deactivate").status_code == status
    expected = 200 if role == "viewer" else 403
    assert other.get("campaigns/CMP1/targets").status_code == expected


# --- while it is activated (TGT-010, TGT-020, DEC-03) ---------------------------------


@pytest.fixture
def running(desk, fair):
    """The segment with C1 and C2, its campaign activated."""
    for contact in ("C1", "C2"):
        desk.line(fair, contact)
    activate(desk)
    return fair


def contacts(*numbers):
    return [("contact", number) for number in numbers]


@case("TGT-010", "LINE-006", "CAMP-051")
def test_lines_that_come_by_hand_or_filter_are_targets(desk, running):
    desk.company("C4")
    desk.line(running, "C3")
    by_hand = targets(desk)
    desk.do(f"segments/{running}/add-contacts", filters={"contact": {"no": ["C4"]}})

    assert by_hand == contacts("C1", "C2", "C3")
    assert targets(desk) == contacts("C1", "C2", "C3", "C4")


@case("TGT-020", "LINE-070", "CAMP-052")
def test_who_is_on_no_target_line_any_more_leaves(desk, running):
    desk.line(running, "C1")
    desk.remove(f"segments/{running}/lines/30000")
    still_there = targets(desk)
    desk.remove(f"segments/{running}/lines/10000")

    assert still_there == contacts("C1", "C2")
    assert targets(desk) == contacts("C2")


@case("CAMP-052", "TGT-021")
def test_a_person_that_goes_takes_its_company_along(desk, running):
    desk.person("P1", company_no="C3")
    line = desk.line(running, "P1")
    before = targets(desk)

    desk.remove(f"segments/{running}/lines/{line['line_no']}")

    assert before == contacts("C1", "C2", "C3")
    assert targets(desk) == contacts("C1", "C2")


@case("TGT-021")
def test_a_line_that_is_no_target_throws_nobody_out(desk, running):
    response = desk.segment(campaign_no="CMP1", campaign_response=True)
    desk.line(response, "C1")

    desk.remove(f"segments/{response}/lines/10000")
    desk.remove(f"segments/{response}")

    assert targets(desk) == contacts("C1", "C2")


@case("BCT-CMP-13", "TGT-010")
def test_the_last_target_takes_the_activation_along(desk, fair):
    make_customer(desk, "C1", "K100")
    make_customer(desk, "C2", "K200")
    desk.line(fair, "C1")
    activate(desk)

    desk.do(f"segments/{fair}/reduce-contacts", filters={"contact": {"no": ["C1"]}})
    assert not is_activated(desk)
    desk.do(f"segments/{fair}/add-contacts", filters={"contact": {"no": ["C2"]}})

    assert targets(desk) == []
    assert not is_activated(desk)


@case("TGT-010", "LINE-006")
def test_another_contact_takes_the_place_of_the_only_target(desk, fair):
    desk.line(fair, "C1")
    activate(desk)

    desk.change(f"segments/{fair}/lines/10000", contact_no="C2")

    assert targets(desk) == contacts("C2")


@case("LINE-051", "TGT-010")
def test_a_line_leaves_and_joins_by_its_own_values(desk, running):
    desk.create("campaigns", no="CMP2")
    address = f"segments/{running}/lines/10000"
    seen = []
    for change in (
        {"campaign_target": False},
        {"inherit": ["campaign_target"]},
        {"campaign_no": "CMP2"},
        {"campaign_no": None},
        {"inherit": ["campaign_no"]},
        {"interaction_template_code": "BUS"},
    ):
        desk.change(address, **change)
        seen.append(targets(desk))

    without, with_c1 = contacts("C2"), contacts("C1", "C2")
    assert seen == [without, with_c1, without, without, with_c1, without]


@case("DEC-03", "TGT-030")
@pytest.mark.parametrize("change", [{"campaign_target": False}, {"campaign_no": None}])
def test_a_header_that_is_none_any_more_takes_its_lines_out(desk, running, change):
    desk.line(running, "C3", campaign_no="CMP1", campaign_target=True)

    desk.change(f"segments/{running}?update_lines=false", description="Summer")
    before = targets(desk)
    other = desk.segment(campaign_no="CMP1", campaign_target=True)
    desk.line(other, "C2")
    desk.change(f"segments/{running}", **change)

    assert before == contacts("C1", "C2", "C3")
    assert targets(desk) == contacts("C2")


@case("DEC-03")
def test_a_header_change_that_is_kept_from_the_lines_changes_nothing(desk, running):
    desk.change(f"segments/{running}?update_lines=false", campaign_target=False)

    assert targets(desk) == contacts("C1", "C2")


@case("DEC-03")
def test_going_back_and_forward_takes_targets_along(desk, running):
    desk.do(f"segments/{running}/go-back")
    gone_back = targets(desk)
    desk.do(f"segments/{running}/go-forward")

    assert gone_back == contacts("C1")
    assert targets(desk) == contacts("C1", "C2")


@case("DEC-03")
def test_a_deleted_segment_takes_its_targets_along(desk, running):
    other = desk.segment(campaign_no="CMP1", campaign_target=True)
    desk.line(other, "C2")

    desk.remove(f"segments/{running}")

    assert targets(desk) == contacts("C2")


@case("TGT-031")
@pytest.mark.parametrize("create_follow_up", [False, True])
def test_logging_takes_nobody_out(desk, running, create_follow_up):
    desk.line(running, "C3", campaign_no=None)

    desk.log(running, create_follow_up=create_follow_up)

    assert targets(desk) == contacts("C1", "C2")
    assert is_activated(desk)


@case("LSEG-006")
def test_canceling_takes_nobody_out(desk, running):
    desk.log(running)

    cancel_entries(desk)

    assert targets(desk) == contacts("C1", "C2")


@case("CAMP-053")
def test_deleting_the_interactions_takes_their_companies_out(desk, running):
    other = desk.segment(
        interaction_template_code="GOLF",
        salesperson_code="JR",
        campaign_no="CMP1",
        campaign_target=True,
    )
    desk.line(other, "C3")
    desk.log(running)
    cancel_entries(desk)

    desk.do("interaction-log-entries/delete-canceled", campaign_no="CMP1")

    assert targets(desk) == contacts("C3")


@case("DEC-03", "FUP-013")
@pytest.mark.parametrize("by_job", [False, True])
def test_a_reused_line_of_no_campaign_is_a_target_once_it_follows_the_header(
    desk, running, monkeypatch, by_job
):
    other = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(other, "C3")
    logged = desk.log(other)["result"]["logged_segment_entry_no"]
    if by_job:
        monkeypatch.setitem(reuse_logged_segment.__kwdefaults__, "at_once", 0)

    answer = desk.post(
        f"segments/{running}/reuse-logged-segment",
        {"logged_segment_entry_no": logged, "confirm": True},
    )
    if by_job:
        assert answer.status_code == 202
        desk.run(answer.json)

    # As campaign of its own the line has the blank one it was logged with.
    assert targets(desk) == contacts("C1", "C2")
    desk.change(f"segments/{running}/lines/30000", inherit=["campaign_no"])
    assert targets(desk) == contacts("C1", "C2", "C3")


@case("DEC-03", "FUP-013")
@pytest.mark.parametrize("by_job", [False, True])
def test_a_reused_log_of_the_campaign_brings_targets(
    desk, running, monkeypatch, by_job
):
    other = desk.segment(
        interaction_template_code="GOLF", salesperson_code="JR", campaign_no="CMP1"
    )
    desk.line(other, "C3")
    logged = desk.log(other)["result"]["logged_segment_entry_no"]
    assert targets(desk) == contacts("C1", "C2")
    if by_job:
        monkeypatch.setitem(reuse_logged_segment.__kwdefaults__, "at_once", 0)

    answer = desk.post(
        f"segments/{running}/reuse-logged-segment",
        {"logged_segment_entry_no": logged, "confirm": True},
    )
    if by_job:
        desk.run(answer.json)

    assert targets(desk) == contacts("C1", "C2", "C3")
    desk.do(f"segments/{running}/go-back")
    assert targets(desk) == contacts("C1", "C2")


@case("DEC-03", "FUP-022")
@pytest.mark.parametrize("by_job", [False, True])
def test_a_later_follow_up_brings_targets_once_it_says_so(
    desk, running, monkeypatch, by_job
):
    desk.person("P1", company_no="C3")
    other = desk.segment(
        interaction_template_code="GOLF", salesperson_code="JR", campaign_no="CMP1"
    )
    desk.line(other, "P1")
    logged = desk.log(other)["result"]["logged_segment_entry_no"]
    if by_job:
        monkeypatch.setitem(follow_up_logged_segment.__kwdefaults__, "at_once", 0)
    answer = desk.post(f"logged-segments/{logged}/follow-up")
    if by_job:
        job = desk.run(answer.json)
        follow_up = job["result"]["follow_up_segment_no"]
    else:
        follow_up = answer.json["no"]
    assert targets(desk) == contacts("C1", "C2")

    desk.change(f"segments/{follow_up}", campaign_target=True)

    assert targets(desk) == contacts("C1", "C2", "C3")


@case("CAMP-054", "CONT-033")
def test_who_joins_a_company_makes_it_a_target(desk, running):
    desk.person("P1")
    other = desk.segment(
        interaction_template_code="GOLF",
        salesperson_code="JR",
        campaign_no="CMP1",
        campaign_target=True,
    )
    desk.line(other, "P1")
    desk.log(other)
    assert targets(desk) == contacts("C1", "C2")

    desk.change("contacts/P1", company_no="C3")
    assert targets(desk) == contacts("C1", "C2", "C3")

    # What was said for a company stays with it when the person moves on.
    desk.company("C4")
    desk.change("contacts/P1", company_no="C4")
    assert targets(desk) == contacts("C1", "C2", "C3")


def test_who_joins_a_company_changes_no_campaign_that_is_not_activated(desk, fair):
    desk.person("P1")
    desk.line(fair, "P1")
    desk.log(fair)

    desk.change("contacts/P1", company_no="C3")

    assert targets(desk) == []
    assert not is_activated(desk)


@case("DEC-03")
def test_merged_people_are_targets_under_the_company_that_is_kept(desk, running):
    for person, company in (("P1", "C2"), ("P2", "C3")):
        desk.person(person, company_no=company)
    desk.line(running, "P2")

    desk.do("contacts/P1/merge", other_no="P2")

    assert targets(desk) == contacts("C1", "C2")


def test_a_campaign_that_is_not_activated_gets_no_targets(desk, fair):
    desk.line(fair, "C1")
    desk.change(f"segments/{fair}/lines/10000", campaign_target=True)
    desk.log(fair)

    assert targets(desk) == []


# --- lists ----------------------------------------------------------------------------


def test_the_group_is_read_in_pages(desk, fair):
    make_customer(desk, "C3", "K1")
    desk.do(f"segments/{fair}/add-contacts")
    activate(desk)

    first = desk.read("campaigns/CMP1/targets?limit=2")
    rest = desk.read(f"campaigns/CMP1/targets?limit=2&cursor={first['next']}")
    customers = desk.items("campaigns/CMP1/targets?type=customer")

    numbers = [each["no"] for each in first["items"] + rest["items"]]
    assert numbers == ["K1", "C1", "C2"]
    assert rest["next"] is None
    assert [each["no"] for each in customers] == ["K1"]


# --- campaigns and their entries ------------------------------------------------------


@case("BCT-CMP-14")
def test_a_campaign_keeps_what_was_typed(desk):
    desk.create("campaign-statuses", code="READY")
    typed = {
        "salesperson_code": "JR",
        "starting_date": "2026-05-04",
        "ending_date": "2026-05-04",
        "status_code": "READY",
    }

    campaign = desk.create("campaigns", **typed)

    assert {name: campaign[name] for name in typed} == typed
    assert campaign["last_date_modified"] is not None


@case("BCT-CMP-19")
def test_a_campaign_tells_what_was_done_and_what_it_cost(desk, fair):
    desk.line(fair, "C1")
    desk.line(fair, "C2")
    desk.log(fair)

    campaign = desk.read("campaigns/CMP1")
    (entry,) = desk.items("campaigns/CMP1/entries")
    statistics = desk.read("campaigns/CMP1/statistics")

    assert campaign["description"] == "Golf campaign"
    assert (entry["segment_no"], entry["description"]) == (fair, "Spring")
    assert (entry["no_of_interactions"], entry["cost"]) == (2, "16.00")
    assert statistics["target_contacts_contacted"] == 2
    assert (statistics["cost"], statistics["duration"]) == ("16.00", 2)
