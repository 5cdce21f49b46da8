"""Interactions that are finished later."""

import pytest

from core.clock import today
from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def desk(desk, own_salesperson):
    own_salesperson("JR")
    return desk


@pytest.fixture
def first(desk):
    return postponed(desk)


def postponed(desk, **said):
    of_golf = {"contact_no": "C1", "interaction_template_code": "GOLF"}
    return desk.create("interactions", postpone=True, **of_golf | said)["entry_no"]


def of(entry_no):
    return f"postponed-interactions/{entry_no}"


@case("POST-001", "POST-002", "INT-001", "INT-002")
def test_it_is_kept_apart_and_counts_nowhere(desk):
    before = desk.read("contacts/C1/statistics")

    entry_no = postponed(desk, campaign_no="CMP1", correspondence_type="hard_copy")

    assert desk.items("interaction-log-entries") == []
    assert desk.get(f"interaction-log-entries/{entry_no}").status_code == 404
    (kept,) = desk.items("postponed-interactions")
    assert kept["entry_no"] == entry_no
    assert kept["postponed"]
    assert (kept["campaign_no"], kept["campaign_entry_no"]) == ("CMP1", None)
    assert (kept["correspondence_type"], kept["cost"]) == ("hard_copy", "8.00")
    assert desk.read("contacts/C1/statistics") == before
    assert desk.items("campaigns/CMP1/entries") == []


@case("BCT-PPD-03", "POST-011")
def test_the_one_that_is_finished_keeps_its_number_and_the_others_stay(desk, first):
    second = postponed(desk, interaction_template_code="BUS")
    before = desk.read(of(second))

    done = desk.do(f"{of(first)}/finish", cost="33.10", duration="12.2")

    assert (done["entry_no"], done["postponed"]) == (first, False)
    (entry,) = desk.items("interaction-log-entries")
    assert (entry["cost"], entry["duration"]) == ("33.10", 12.2)
    assert desk.read(of(second)) == before
    assert refusal(desk.post(f"{of(first)}/finish")) == (409, "E-FINISHED")
    assert refusal(desk.get(of(first))) == (409, "E-FINISHED")


@case("POST-010", "INT-012")
def test_it_is_resumed_as_of_today(desk):
    entry_no = postponed(
        desk,
        description="Call back",
        date="2026-04-01",
        time_of_interaction="08:00:00",
        attempt_failed=True,
        evaluation="neutral",
        campaign_no="CMP1",
    )

    desk.do(f"{of(entry_no)}/finish")

    (entry,) = desk.items("interaction-log-entries")
    assert entry["date"] == today().isoformat()
    assert entry["time_of_interaction"] != "08:00:00"
    assert not entry["attempt_failed"]
    assert (entry["description"], entry["evaluation"]) == ("Call back", "neutral")
    (of_campaign,) = desk.items("campaigns/CMP1/entries")
    assert of_campaign["entry_no"] == entry["campaign_entry_no"]


@case("POST-010", "BCT-PPD-04", "BCT-PPD-07")
@pytest.mark.parametrize(
    "other",
    [{"contact_no": "C2"}, {"salesperson_code": "BC"}, {"campaign_no": None}],
)
def test_whom_by_whom_and_for_what_is_locked(desk, other):
    entry_no = postponed(desk, campaign_no="CMP1")
    (field,) = other

    for answer in (
        desk.patch(of(entry_no), other),
        desk.post(f"{of(entry_no)}/finish", other),
    ):
        assert refusal(answer) == (422, "E-LOCKED")
        assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert desk.read(of(entry_no))["postponed"]


@case("POST-011")
def test_it_is_changed_and_stays_postponed(desk, first):
    shown = desk.change(of(first), description="Tomorrow", campaign_no="CMP1")

    assert (shown["description"], shown["postponed"]) == ("Tomorrow", True)
    assert shown["interaction_template_code"] == "GOLF"
    changed = desk.change(of(first), interaction_template_code="BUS")
    assert (changed["description"], changed["cost"]) == ("Business letter", "9.50")
    assert changed["subject"] == "Business letter"


def test_two_who_change_it_at_once_do_not_overwrite_each_other(desk, first):
    read = desk.get(of(first))
    desk.change(of(first), description="First")

    answer = desk.patch(
        of(first), {"description": "Second"}, headers={"If-Match": read.headers["ETag"]}
    )

    assert answer.status_code == 412
    assert desk.read(of(first))["description"] == "First"


@case("POST-010", "CONT-050")
def test_a_contact_that_was_blocked_meanwhile_is_not_written_to(desk, first):
    desk.change("contacts/C1", privacy_blocked=True)

    assert refusal(desk.post(f"{of(first)}/finish")) == (422, "E-PRIVACY")
    assert desk.read(of(first))["postponed"]


@case("POST-012", "POST-020", "POST-021", "INT-070", "INV-007")
def test_what_goes_with_it_is_kept_as_long_as_it_is_there(desk, first):
    desk.attach(of(first), "own.pdf", b"%PDF own")
    assert desk.get(f"{of(first)}/attachment").data == b"%PDF own"
    assert desk.read(of(first))["attachment"]["file_name"] == "own.pdf"
    desk.change(of(first), description="Still with it")
    assert desk.read(of(first))["attachment"]["file_name"] == "own.pdf"

    desk.remove(f"{of(first)}/attachment")
    desk.do(f"{of(first)}/finish")

    (entry,) = desk.items("interaction-log-entries")
    assert entry["attachment_no"] is None
    second = postponed(desk)
    desk.attach(of(second), "own.pdf", b"%PDF own")
    desk.remove(of(second))
    assert desk.get(of(second)).status_code == 404
    assert desk.items("postponed-interactions") == []


@case("POST-010", "INT-026")
def test_the_alternative_address_is_that_of_the_day(desk):
    for code, start in (("WINTER", "2026-01-01"), ("SUMMER", "2026-05-01")):
        desk.create("contacts/C1/alternative-addresses", code=code)
        place = f"contacts/C1/alternative-addresses/{code}/date-ranges"
        desk.create(place, starting_date=start)
    of_winter = postponed(desk, date="2026-02-01")
    assert desk.read(of(of_winter))["contact_alt_address_code"] == "WINTER"
    chosen = postponed(desk, date="2026-02-01", contact_alt_address_code="SUMMER")

    for entry_no in (of_winter, chosen):
        desk.do(f"{of(entry_no)}/finish")

    codes = [
        entry["contact_alt_address_code"]
        for entry in desk.items("interaction-log-entries")
    ]
    assert codes == ["SUMMER", "SUMMER"]


def test_the_list_is_filtered_and_read_by_viewers_alone_never_changed(
    desk, first, program_as
):
    viewer = program_as("viewer")

    found = viewer.read("postponed-interactions?contact_no=C2")["items"]
    assert found == []
    assert len(viewer.items("postponed-interactions")) == 1
    assert refusal(viewer.post(f"{of(first)}/finish")) == (403, "E-ROLE")
    assert refusal(viewer.delete(of(first))) == (403, "E-ROLE")


@case("CMT-002", "POST-001", "INT-070")
def test_comments_go_with_it_and_stay_when_it_is_finished(desk):
    kept, dropped = (postponed(desk, comment="Ask for Ann") for _ in range(2))

    desk.do(f"{of(kept)}/finish", comment="Was on holiday")
    desk.remove(of(dropped))

    place = f"interaction-log-entries/{kept}/comments"
    words = {comment["comment"] for comment in desk.items(place)}
    assert words == {"Ask for Ann", "Was on holiday"}
    assert desk.get(f"interaction-log-entries/{dropped}/comments").status_code == 404
