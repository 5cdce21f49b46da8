"""What happens to logged segments, entries and campaign entries afterwards."""

import pytest

from core.ledger import cancel_log, change
from tests.conformance.program import refusal


@pytest.fixture
def logged(desk):
    """A logged segment of campaign CMP1 with two entries."""
    return logged_segment(desk)


def logged_segment(desk, *, create_follow_up=False, **header):
    no = desk.segment(
        **{
            "interaction_template_code": "GOLF",
            "campaign_no": "CMP1",
            "salesperson_code": "JR",
        }
        | header
    )
    for contact_no in ("C1", "C2"):
        desk.line(no, contact_no)
    job = desk.log(no, create_follow_up=create_follow_up)
    return job["result"]["logged_segment_entry_no"]


def entries(desk, logged):
    return desk.items(f"logged-segments/{logged}/entries")


def canceled(desk, logged):
    return [entry["canceled"] for entry in entries(desk, logged)]


def campaign_entry(desk):
    return desk.items("campaigns/CMP1/entries")[-1]


@pytest.mark.case("LSEG-002")
def test_a_logged_segment_is_canceled_with_all_that_belongs_to_it(desk, logged):
    shown = desk.do(f"logged-segments/{logged}/cancel", reason="Wrong letter")

    assert shown["canceled"]
    assert (shown["no_of_interactions"], shown["no_of_campaign_entries"]) == (2, 1)
    assert canceled(desk, logged) == [True, True]
    assert campaign_entry(desk)["canceled"]

    shown = desk.do(f"logged-segments/{logged}/uncancel")

    assert not shown["canceled"]
    assert canceled(desk, logged) == [False, False]
    assert not campaign_entry(desk)["canceled"]


@pytest.mark.case("LSEG-005")
def test_the_counts_follow_the_flag_of_what_they_belong_to(desk, logged):
    first = entries(desk, logged)[0]["entry_no"]
    desk.do(f"interaction-log-entries/{first}/cancel")

    active = desk.read(f"logged-segments/{logged}")
    assert (active["no_of_interactions"], active["no_canceled"]) == (1, 1)
    assert active["no_logged"] + active["no_skipped"] == active["no_of_lines"]
    assert campaign_entry(desk)["no_of_interactions"] == 1

    gone = desk.do(f"logged-segments/{logged}/cancel")
    assert (gone["no_of_interactions"], gone["no_canceled"]) == (2, 2)


@pytest.mark.case("DEC-12")
def test_letting_a_logged_segment_count_revives_what_was_canceled_before(desk, logged):
    first = entries(desk, logged)[0]["entry_no"]
    desk.do(f"interaction-log-entries/{first}/cancel")
    desk.do(f"logged-segments/{logged}/cancel")

    desk.do(f"logged-segments/{logged}/uncancel")

    assert canceled(desk, logged) == [False, False]


@pytest.mark.case("LSEG-006")
@pytest.mark.case("STAT-004")
def test_what_is_canceled_is_not_added_up_but_dates_remain(desk, logged):
    before = desk.read("contacts/C1/statistics")
    desk.do(f"logged-segments/{logged}/cancel")

    of_contact = desk.read("contacts/C1/statistics")
    assert (of_contact["no_of_interactions"], of_contact["cost"]) == (0, "0.00")
    for name in ("date_of_last_interaction", "last_date_attempted"):
        assert of_contact[name] == before[name] is not None
    of_template = desk.read("interaction-templates/GOLF/statistics")
    assert (of_template["no_of_interactions"], of_template["cost"]) == (0, "0.00")
    of_group = desk.read("interaction-groups/LETTER/statistics")
    assert of_group["no_of_interactions"] == 0
    assert desk.read("campaigns/CMP1/statistics")["cost"] == "0.00"
    # It still counts for choosing contacts (CRIT-003) …
    found = {"interaction_log_entry": {"logged_segment_entry_no": [logged]}}
    another = desk.segment()
    desk.do(f"segments/{another}/add-contacts", filters=found)
    assert desk.contacts_of(another) == ["C1", "C2"]
    # … and the number stays used up (DEC-11).
    number = desk.read(f"logged-segments/{logged}")["segment_no"]
    again = desk.create("segments", no=number, description="Again")["no"]
    desk.line(again, "C1")
    assert refusal(desk.post(f"segments/{again}/log")) == (409, "E-ALREADY")


@pytest.mark.case("BCT-CMP-02")
def test_a_campaign_entry_is_canceled_with_its_interactions(desk, logged):
    number = campaign_entry(desk)["entry_no"]

    shown = desk.do(f"campaigns/CMP1/entries/{number}/cancel", reason="Twice")

    segment_no = desk.read(f"logged-segments/{logged}")["segment_no"]
    assert (shown["segment_no"], shown["canceled"]) == (segment_no, True)
    assert canceled(desk, logged) == [True, True]
    assert not desk.read(f"logged-segments/{logged}")["canceled"]


@pytest.mark.case("CAMP-031")
def test_canceled_campaign_entries_go_with_all_their_interactions(desk, logged):
    other = logged_segment(desk)
    first = desk.items("campaigns/CMP1/entries")[0]["entry_no"]
    address = "campaigns/CMP1/entries/delete-canceled"
    assert desk.do(address) == {"deleted": 0}
    desk.do(f"campaigns/CMP1/entries/{first}/cancel")

    assert desk.do(address, salesperson_code="BC") == {"deleted": 0}
    assert desk.do(address, entry_no=[first], date={"from": "2020-01-01"}) == {
        "deleted": 1
    }

    assert entries(desk, logged) == []
    assert desk.read(f"logged-segments/{logged}")["no_deleted"] == 2
    assert canceled(desk, other) == [False, False]
    assert first not in [
        entry["entry_no"] for entry in desk.items("campaigns/CMP1/entries")
    ]
    answer = desk.post("campaigns/CMP1/entries/delete-canceled", {"color": "red"})
    assert answer.status_code == 422
    assert desk.post("campaigns/NONE/entries/delete-canceled").status_code == 404


@pytest.mark.case("BCT-ILE-01")
def test_an_interaction_of_a_person_is_canceled(desk):
    desk.person("P1", company_no="C1", salesperson_code="JR")
    no = desk.segment(interaction_template_code="GOLF")
    desk.line(no, "P1")
    desk.log(no)
    (entry,) = desk.items("contacts/P1/interaction-log-entries")

    shown = desk.do(f"interaction-log-entries/{entry['entry_no']}/cancel")

    assert shown["canceled"]
    assert desk.read(f"interaction-log-entries/{entry['entry_no']}")["canceled"]
    desk.do(f"interaction-log-entries/{entry['entry_no']}/uncancel")
    assert desk.read("contacts/P1/statistics")["no_of_interactions"] == 1


@pytest.mark.case("BCT-ILE-02")
@pytest.mark.case("INT-080")
def test_how_an_interaction_went_is_told_afterwards(desk, logged):
    first, second = (entry["entry_no"] for entry in entries(desk, logged))
    address = f"interaction-log-entries/{first}/evaluate"

    shown = desk.do(address, evaluation="positive", reason="They called back")

    assert shown["evaluation"] == "positive"
    assert desk.read(f"interaction-log-entries/{second}")["evaluation"] is None
    for blank in (None, "", "splendid"):
        assert refusal(desk.post(address, {"evaluation": blank})) == (422, "E-FIELD")
    assert desk.post(address).status_code == 422
    desk.do(f"interaction-log-entries/{first}/cancel")
    assert desk.do(address, evaluation="negative")["evaluation"] == "negative"


@pytest.mark.case("INT-080")
def test_every_entry_that_matches_is_evaluated(desk, program_as, logged):
    address = "interaction-log-entries/evaluate"
    assert refusal(desk.post(address, {"new_evaluation": "neutral"})) == (
        422,
        "E-FILTER",
    )
    of_log = {"logged_segment_entry_no": logged}
    wrong = {**of_log, "new_evaluation": "neutral", "expected": 3}
    assert refusal(desk.post(address, wrong)) == (422, "E-COUNT")

    done = desk.do(address, **of_log, new_evaluation="neutral", expected=2)

    assert done == {"entries_changed": 2}
    done = desk.do(address, evaluation=["neutral"], new_evaluation="very_positive")
    assert done == {"entries_changed": 2}
    told = [entry["evaluation"] for entry in entries(desk, logged)]
    assert told == ["very_positive"] * 2
    assert program_as("viewer").post(address, wrong).status_code == 403


@pytest.mark.case("BCT-ILE-10")
@pytest.mark.case("CMT-001")
@pytest.mark.case("CMT-002")
def test_an_interaction_is_commented_on(desk, logged):
    first, second = (entry["entry_no"] for entry in entries(desk, logged))
    address = f"interaction-log-entries/{first}/comments"

    comment = desk.create(address, comment="They called back")
    desk.do(f"interaction-log-entries/{first}/cancel")
    another = desk.create(address, comment="They want a visit")

    assert comment["comment"] == "They called back"
    assert comment["date"] is not None
    assert another["date"] is None
    assert desk.items(address) == [comment, another]
    assert desk.items(f"interaction-log-entries/{second}/comments") == []
    found = desk.items("interaction-log-entries?comment=true")
    assert [entry["entry_no"] for entry in found] == [first]
    assert not desk.read(f"interaction-log-entries/{second}")["comment"]


@pytest.mark.case("CMT-002")
def test_comments_on_an_interaction_are_changed_and_deleted(desk, program_as, logged):
    first, second = (entry["entry_no"] for entry in entries(desk, logged))
    address = f"interaction-log-entries/{first}/comments"
    kept = desk.create(address, comment="A", date="2026-03-01")
    gone = desk.create(address, comment="B")
    way = f"{address}/{kept['comment_no']}"
    seen = desk.get(way).headers["ETag"]

    changed = desk.change(way, comment="C")
    desk.remove(f"{address}/{gone['comment_no']}")

    assert (changed["comment"], changed["date"]) == ("C", "2026-03-01")
    assert desk.items(address) == [changed]
    late = desk.patch(way, {"comment": "D"}, headers={"If-Match": seen})
    assert late.status_code == 412
    elsewhere = f"interaction-log-entries/{second}/comments/{kept['comment_no']}"
    assert refusal(desk.get(elsewhere)) == (404, "E-NOT-FOUND")
    for words in ("", "  ", None, "x" * 256):
        assert desk.post(address, {"comment": words}).status_code == 422
    viewer = program_as("viewer")
    assert viewer.items(address) == [changed]
    assert viewer.post(address, {"comment": "E"}).status_code == 403


@pytest.mark.case("INT-070")
def test_comments_go_with_a_deleted_interaction(desk, logged):
    first, _ = (entry["entry_no"] for entry in entries(desk, logged))
    address = f"interaction-log-entries/{first}/comments"
    desk.create(address, comment="A")
    desk.do(f"interaction-log-entries/{first}/cancel")

    done = desk.do("interaction-log-entries/delete-canceled", comment=True)

    assert done == {"deleted": 1}
    assert desk.get(address).status_code == 404


@pytest.mark.case("LSEG-003")
@pytest.mark.case("INT-062")
def test_an_entry_stays_canceled_below_what_is_canceled(desk, logged):
    number = entries(desk, logged)[0]["entry_no"]
    address = f"interaction-log-entries/{number}/uncancel"
    desk.do(f"logged-segments/{logged}/cancel")

    answer = desk.post(address)
    assert refusal(answer) == (409, "E-PARENT-CANCELED")
    assert answer.json["links"]["logged_segment"].endswith(f"/{logged}")

    desk.do(f"logged-segments/{logged}/uncancel")
    of_campaign = campaign_entry(desk)["entry_no"]
    desk.do(f"campaigns/CMP1/entries/{of_campaign}/cancel")
    assert refusal(desk.post(address)) == (409, "E-PARENT-CANCELED")


@pytest.mark.case("BCT-LOG-04")
@pytest.mark.case("LSEG-010")
def test_a_canceled_logged_segment_is_deleted(desk, logged):
    kept = [entry["entry_no"] for entry in entries(desk, logged)]
    desk.do(f"logged-segments/{logged}/cancel")

    assert desk.do("logged-segments/delete-canceled", entry_no=logged) == {"deleted": 1}

    assert desk.get(f"logged-segments/{logged}").status_code == 404
    for number in kept:
        entry = desk.read(f"interaction-log-entries/{number}")
        assert (entry["canceled"], entry["logged_segment_entry_no"]) == (True, None)
    assert campaign_entry(desk)["register_no"] is None


@pytest.mark.case("LSEG-011")
def test_only_who_may_edit_deletes_or_cancels(desk, program_as, logged):
    viewer = program_as("viewer")

    for path in (
        "logged-segments/delete-canceled",
        "interaction-log-entries/delete-canceled",
        "interaction-log-entries/cancel",
        f"logged-segments/{logged}/cancel",
        f"logged-segments/{logged}/undo",
    ):
        assert viewer.post(path).status_code == 403
    marketer = program_as("marketer")
    marketer.do(f"logged-segments/{logged}/cancel")
    assert marketer.do("logged-segments/delete-canceled") == {"deleted": 1}


@pytest.mark.case("LSEG-012")
def test_the_number_of_a_deleted_logged_segment_is_free_again(desk, logged):
    number = desk.read(f"logged-segments/{logged}")["segment_no"]
    first, _ = (entry["entry_no"] for entry in entries(desk, logged))
    desk.do(f"logged-segments/{logged}/cancel")
    desk.do("logged-segments/delete-canceled", segment_no=[number])

    uncancel = f"interaction-log-entries/{first}/uncancel"
    assert refusal(desk.post(uncancel)) == (409, "E-PARENT-CANCELED")
    of_campaign = campaign_entry(desk)["entry_no"]
    desk.do(f"campaigns/CMP1/entries/{of_campaign}/uncancel")
    desk.do(f"interaction-log-entries/{first}/cancel")
    assert not desk.do(uncancel)["canceled"]

    again = desk.create("segments", no=number, description="Again")["no"]
    desk.change(
        f"segments/{again}", interaction_template_code="GOLF", salesperson_code="JR"
    )
    desk.line(again, "C3")
    second = desk.log(again)["result"]["logged_segment_entry_no"]
    assert second > logged  # TRAP-12: no number is given twice.


@pytest.mark.case("LSEG-013")
@pytest.mark.case("INV-019")
def test_what_counts_is_never_deleted(desk, logged):
    other = logged_segment(desk)
    desk.do(f"logged-segments/{other}/cancel")
    before = len(desk.items("interaction-log-entries"))

    assert desk.do("logged-segments/delete-canceled", entry_no=logged)["deleted"] == 0
    assert desk.do("logged-segments/delete-canceled")["deleted"] == 1

    assert len(desk.items("interaction-log-entries")) == before
    assert [each["entry_no"] for each in desk.items("logged-segments")] == [logged]


@pytest.mark.case("BCT-ILE-04")
@pytest.mark.case("INT-072")
def test_all_canceled_entries_are_deleted_without_a_filter(desk, logged):
    other = logged_segment(desk)
    desk.do(f"logged-segments/{logged}/cancel")

    assert desk.do("interaction-log-entries/delete-canceled")["deleted"] == 2

    assert entries(desk, logged) == []
    assert canceled(desk, other) == [False, False]
    shown = desk.read(f"logged-segments/{logged}")
    assert (shown["no_logged"], shown["no_deleted"]) == (2, 2)
    assert shown["no_of_interactions"] == 0


@pytest.mark.case("INT-072")
@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"contact_no": "C1"}, 1),
        ({"contact_no": ["C1", "C2"]}, 2),
        ({"date": {"to": "2000-01-01"}}, 0),
        ({"campaign_no": "CMP1"}, 2),
        ({"campaign_no": ""}, 0),
        ({"interaction_group_code": ["LETTER"]}, 2),
        ({"interaction_template_code": "BUS"}, 0),
        ({"salesperson_code": {"ne": "JR"}}, 0),
    ],
)
def test_filters_narrow_what_is_deleted(desk, logged, filters, number):
    desk.do(f"logged-segments/{logged}/cancel")

    found = desk.do("interaction-log-entries/delete-canceled", **filters)

    assert found == {"deleted": number}


@pytest.mark.case("INT-060")
def test_many_entries_are_canceled_by_filter(desk, logged):
    of_c1 = {"logged_segment_entry_no": logged, "contact_no": "C1"}

    assert desk.do("interaction-log-entries/cancel", **of_c1) == {"entries_changed": 1}
    assert canceled(desk, logged) == [True, False]
    assert desk.do("interaction-log-entries/cancel", expected=1)["entries_changed"] == 1
    assert refusal(desk.post("interaction-log-entries/uncancel", {"expected": 3})) == (
        422,
        "E-COUNT",
    )
    of_log = {"segment_no": {"contains": "SM"}, "expected": 2}
    assert desk.do("interaction-log-entries/uncancel", **of_log)["entries_changed"] == 2


def test_nobody_cancels_everything_by_leaving_the_filter_out(desk, logged):
    answer = desk.post("interaction-log-entries/cancel")

    assert refusal(answer) == (422, "E-FILTER")
    assert canceled(desk, logged) == [False, False]


def test_a_field_that_is_none_is_named(desk):
    for body in ({"color": "red"}, {"entry_no": {"like": 1}}, {"date": None}):
        for path in ("cancel", "uncancel", "delete-canceled"):
            answer = desk.post(f"interaction-log-entries/{path}", body)
            assert answer.status_code == 422
            assert [fault["field"] for fault in answer.json["errors"]] == [*body]


def test_a_log_is_undone_and_logged_again(desk):
    no = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")
    desk.line(no, "C1")
    desk.line(no, "C2", salesperson_code="JR", cost="3.50", description="Mine")
    header, lines = desk.read(f"segments/{no}"), desk.lines(no)
    job = desk.log(no, create_follow_up=True)
    logged = job["result"]["logged_segment_entry_no"]

    done = desk.do(f"logged-segments/{logged}/undo", reason="Wrong letter")

    assert done == {
        "segment_no": no,
        "lines_restored": 2,
        "contacts_gone": 0,
        "entries_canceled": 2,
        "campaign_entries_canceled": 1,
        "follow_up_segment_no": job["result"]["follow_up_segment_no"],
        "follow_up_taken_away": True,
    }
    restored = desk.read(f"segments/{no}")
    steps = "no_of_criteria_actions"
    assert restored | {steps: 0} == header | {steps: 0}
    assert desk.lines(no) == lines
    shown = desk.read(f"logged-segments/{logged}")
    assert (shown["canceled"], shown["undone_by"]) == (True, "administrator")
    assert shown["undone_at"] is not None
    follow_up = job["result"]["follow_up_segment_no"]
    assert desk.get(f"segments/{follow_up}").status_code == 404

    assert refusal(desk.post(f"logged-segments/{logged}/undo")) == (409, "E-UNDONE")
    assert refusal(desk.post(f"logged-segments/{logged}/uncancel")) == (409, "E-UNDONE")
    again = desk.log(no)["result"]["logged_segment_entry_no"]
    assert canceled(desk, again) == [False, False]
    assert canceled(desk, logged) == [True, True]


def test_a_log_remembers_how_its_contacts_had_been_chosen(desk):
    no = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.do(f"segments/{no}/add-contacts", filters={"contact": {"no": ["C1", "C2"]}})
    desk.do(f"segments/{no}/reduce-contacts", filters={"contact": {"no": ["C2"]}})
    desk.do(f"segments/{no}/add-contacts", filters={"contact": {"no": ["C3"]}})
    desk.do(f"segments/{no}/go-back")
    before = desk.items(f"segments/{no}/criteria")
    assert [step["in_force"] for step in before] == [True, True, False]

    logged = desk.log(no)["result"]["logged_segment_entry_no"]
    assert desk.items(f"logged-segments/{logged}/criteria") == before[:2]

    desk.do(f"logged-segments/{logged}/undo")
    assert desk.items(f"logged-segments/{logged}/criteria") == before[:2]
    (step,) = desk.items(f"segments/{no}/criteria")
    assert step["filters"]["interaction_log_entry"] == {
        "logged_segment_entry_no": [str(logged)]
    }
    assert refusal(desk.get("logged-segments/999/criteria")) == (404, "E-NOT-FOUND")


def test_a_follow_up_that_was_worked_on_outlives_the_undo(desk):
    logged = logged_segment(desk, create_follow_up=True)
    (follow_up,) = (each["no"] for each in desk.items("segments"))
    desk.line(follow_up, "C3")

    done = desk.do(f"logged-segments/{logged}/undo")

    assert not done["follow_up_taken_away"]
    assert desk.contacts_of(follow_up) == ["C1", "C2", "C3"]


def test_what_is_large_is_a_job(desk, logged, monkeypatch):
    monkeypatch.setitem(cancel_log.set_log_canceled.__kwdefaults__, "at_once", 1)
    answer = desk.post(f"logged-segments/{logged}/cancel")
    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(answer.json["id"])
    again = desk.post(f"logged-segments/{logged}/cancel")
    assert refusal(again) == (409, "E-JOB-RUNNING")

    job = desk.run(answer.json)

    assert (job["kind"], job["state"]) == ("cancel_logged_segment", "succeeded")
    assert job["result"]["entries_changed"] == 2
    assert job["links"]["logged_segment"].endswith(f"/{logged}")
    assert canceled(desk, logged) == [True, True]
    assert change.AT_ONCE == 20_000


def test_the_same_request_is_done_once(desk, logged):
    key = {"headers": {"Idempotency-Key": "undo-1"}}
    first = desk.post(f"logged-segments/{logged}/undo", **key)

    again = desk.post(f"logged-segments/{logged}/undo", **key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
