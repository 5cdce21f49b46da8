"""Logging a segment: what is written, and what is gone."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def spring(desk):
    """A segment that can be logged as soon as it has a line."""
    return desk.segment(interaction_template_code="GOLF", salesperson_code="JR")


def entries(program):
    """All interaction log entries, the oldest first."""
    return program.items("interaction-log-entries?limit=1000")[::-1]


def logged_segment(program):
    (found,) = program.items("logged-segments")
    return found


# --- the cases ------------------------------------------------------------------------


@case("BCT-LOG-01", "FUP-001")
def test_a_log_with_follow_up_leaves_entry_campaign_entry_and_follow_up(desk):
    segment = desk.segment(campaign_no="CMP1", interaction_template_code="GOLF")
    desk.line(segment, "C1")

    desk.log(segment, send_attachments=False, create_follow_up=True)

    (campaign_entry,) = desk.items("campaigns/CMP1/entries")
    (follow_up,) = desk.items("segments")
    assert campaign_entry["segment_no"] == segment
    assert logged_segment(desk)["segment_no"] == segment
    assert logged_segment(desk)["no_of_campaign_entries"] == 1
    assert follow_up["campaign_no"] == "CMP1"
    assert follow_up["description"] == f"Follow-up on segment {segment}"
    assert follow_up["no"] != segment


@case("BCT-LOG-02")
def test_the_statistics_of_the_group_tell_cost_and_duration(desk):
    desk.create("interaction-groups", code="G")
    desk.template("T", interaction_group_code="G", unit_cost="7.25", unit_duration=3.5)
    segment = desk.segment(interaction_template_code="T")
    desk.line(segment, "C1")

    desk.log(segment)

    for found in ("interaction-groups/G", "interaction-templates/T"):
        statistics = desk.read(f"{found}/statistics")
        assert statistics["no_of_interactions"] == 1
        assert (statistics["cost"], statistics["duration"]) == ("7.25", 3.5)


@case("BCT-LOG-02")
def test_the_statistics_of_contact_and_campaign_tell_them_too(desk):
    desk.person("P1", company_no="C1", salesperson_code="JR")
    segment = desk.segment(
        interaction_template_code="GOLF",
        campaign_no="CMP1",
        campaign_target=True,
        campaign_response=True,
    )
    for no in ("C1", "P1", "P1"):
        desk.line(segment, no)

    desk.log(segment)

    statistics = {
        no: desk.read(f"contacts/{no}/statistics") for no in ("C1", "P1", "C2")
    }
    of_campaign = desk.read("campaigns/CMP1/statistics")
    counts = {no: found["no_of_interactions"] for no, found in statistics.items()}
    assert counts == {"C1": 3, "P1": 2, "C2": 0}
    assert statistics["P1"]["cost"] == "16.00"
    assert of_campaign["cost"] == "24.00"


# --- the job (LOG-002, TRAP-16, TRAP-17) -----------------------------------------------


@case("LOG-002")
def test_pressing_log_answers_at_once_and_leads_to_the_job(desk, spring):
    desk.line(spring, "C1")

    answer = desk.post(f"segments/{spring}/log")

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
    assert int(answer.headers["Retry-After"]) >= 1
    assert (answer.json["state"], answer.json["planned"]) == ("queued", 1)
    assert desk.get(answer.headers["Location"]).json["state"] == "queued"
    assert desk.items("logged-segments") == []


@case("LOG-002", "TRAP-17")
def test_the_finished_job_leads_to_what_it_made(desk, spring):
    desk.line(spring, "C1")
    desk.line(spring, "C2")

    job = desk.log(spring, create_follow_up=True)

    logged = desk.read(job["links"]["logged_segment"])
    follow_up = desk.read(job["links"]["follow_up_segment"])
    assert (job["planned"], job["done"], job["percent"]) == (2, 2, 100)
    assert (job["problem"], job["error_count"]) == (None, 0)
    assert logged["segment_no"] == spring
    assert follow_up["no"] == job["result"]["follow_up_segment_no"]
    assert job["result"]["logged_segment_entry_no"] == logged["entry_no"]
    assert (job["result"]["logged"], job["result"]["skipped"]) == (2, 0)


@case("INV-004")
def test_running_the_job_again_changes_nothing(desk, spring):
    desk.line(spring, "C1")
    job = desk.log(spring)

    again = desk.run(job)

    assert again == job
    assert len(entries(desk)) == 1


@case("TRAP-17", "LOG-010")
def test_logging_a_logged_segment_leads_to_what_was_logged(desk, spring):
    desk.line(spring, "C1")
    job = desk.log(spring)

    answer = desk.post(f"segments/{spring}/log")

    assert refusal(answer) == (409, "E-ALREADY")
    assert answer.json["links"]["logged_segment"] == job["links"]["logged_segment"]
    assert answer.json["links"]["job"] == f"/api/v1/jobs/{job['id']}"
    assert len(entries(desk)) == 1


@case("INV-004")
def test_one_idempotency_key_logs_once_and_answers_alike(desk, spring):
    desk.line(spring, "C1")
    key = {"headers": {"Idempotency-Key": "spring-2026"}}

    first = desk.post(f"segments/{spring}/log", {}, **key)
    while_queued = desk.post(f"segments/{spring}/log", {}, **key)
    desk.run(first.json)
    afterwards = desk.post(f"segments/{spring}/log", {}, **key)

    for answer in (while_queued, afterwards):
        assert (answer.status_code, answer.json) == (202, first.json)
        assert answer.headers["Location"] == first.headers["Location"]
    assert len(desk.items("jobs")) == len(entries(desk)) == 1


@case("INV-004")
def test_a_key_serves_one_request_only(desk, spring):
    desk.line(spring, "C1")
    key = {"headers": {"Idempotency-Key": "spring-2026"}}
    desk.post(f"segments/{spring}/log", {}, **key)

    other_body = desk.post(f"segments/{spring}/log", {"create_follow_up": True}, **key)
    other_segment = desk.post(f"segments/{desk.segment()}/log", {}, **key)

    refused = [refusal(answer) for answer in (other_body, other_segment)]
    assert refused == [(422, "E-IDEMPOTENCY")] * 2


@case("TRAP-11")
def test_work_date_and_user_are_those_of_the_moment_of_pressing(desk, spring):
    desk.line(spring, "C1")
    answer = desk.post(
        f"segments/{spring}/log",
        {"create_follow_up": True},
        headers={"X-Work-Date": "2026-02-03"},
    )

    desk.run(answer.json)

    (follow_up,) = desk.items("segments")
    assert follow_up["date"] == "2026-02-03"
    assert answer.json["work_date"] == "2026-02-03"
    assert entries(desk)[0]["user_id"] == "administrator"
    assert logged_segment(desk)["user_id"] == "administrator"


@case("LOG-021")
def test_only_those_who_may_log_can_press_it(desk, spring, program_as):
    desk.line(spring, "C1")

    answers = {
        role: program_as(role).post(f"segments/{spring}/log")
        for role in ("viewer", "operator", "marketer")
    }

    assert refusal(answers["viewer"]) == (403, "E-ROLE")
    assert refusal(answers["operator"]) == (403, "E-ROLE")
    assert answers["marketer"].status_code == 202


# --- what is written (LOG-021…060) ------------------------------------------------------


@case("LOG-021", "LOG-043")
def test_the_logged_segment_keeps_number_description_day_and_user(desk, spring):
    desk.line(spring, "C1")
    answer = desk.post(
        f"segments/{spring}/log", {}, headers={"X-Work-Date": "2020-01-01"}
    )
    desk.run(answer.json)

    logged = logged_segment(desk)

    assert (logged["segment_no"], logged["description"]) == (spring, "Spring")
    assert logged["creation_date"] == desk.create("campaigns")["last_date_modified"]
    assert logged["canceled"] is False
    assert (logged["no_of_interactions"], logged["no_of_campaign_entries"]) == (1, 0)


@case("LOG-025", "INV-002")
def test_the_segment_is_gone_with_all_that_was_under_it(desk, spring):
    desk.line(spring, "C1")
    desk.log(spring)

    for path in ("", "/lines", "/criteria", "/totals", "/preflight", "/lines/10000"):
        assert desk.get(f"segments/{spring}{path}").status_code == 404
    assert desk.items("segments") == []
    assert desk.items("contacts/C1/segments") == []


@case("LOG-040", "INV-001")
def test_an_entry_says_what_its_line_said(desk):
    desk.create("languages", code="DAN")
    desk.person(
        "P1", company_no="C1", email="p@example.com", correspondence_type="email"
    )
    desk.create("contacts/P1/alternative-addresses", code="ALT1")
    segment = desk.segment(
        interaction_template_code="GOLF",
        salesperson_code="JR",
        campaign_no="CMP1",
        campaign_target=True,
        subject_default="Hello",
        send_word_docs_as_attmt=True,
    )
    desk.line(segment, "C2")
    desk.line(
        segment,
        "P1",
        description="Mine",
        date="2026-01-31",
        salesperson_code="BC",
        cost="12.34",
        duration=2.5,
        information_flow="inbound",
        initiated_by="them",
        campaign_target=False,
        campaign_response=True,
        correspondence_type="email",
        language_code="DAN",
        subject="My subject",
        evaluation="very_positive",
        time_of_interaction="14:30:00",
        attempt_failed=True,
        contact_via="999-111",
        contact_alt_address_code="ALT1",
    )
    lines = desk.lines(segment)

    job = desk.log(segment)

    logged = job["result"]["logged_segment_entry_no"]
    (campaign_entry,) = desk.items("campaigns/CMP1/entries")
    for entry, line in zip(entries(desk), lines, strict=True):
        for name in (
            "contact_no",
            "contact_company_no",
            "date",
            "time_of_interaction",
            "description",
            "information_flow",
            "initiated_by",
            "cost",
            "duration",
            "interaction_group_code",
            "interaction_template_code",
            "subject",
            "campaign_no",
            "campaign_response",
            "campaign_target",
            "evaluation",
            "attempt_failed",
            "salesperson_code",
            "correspondence_type",
            "contact_alt_address_code",
            "contact_via",
        ):
            assert entry[name] == line[name], name
        assert entry["interaction_language_code"] == line["language_code"]
        assert entry["logged_segment_entry_no"] == logged
        assert entry["campaign_entry_no"] == campaign_entry["entry_no"]
        assert entry["segment_no"] == segment
        assert entry["user_id"] == "administrator"
        assert entry["send_word_docs_as_attmt"] is True
        assert (entry["delivery_status"], entry["canceled"]) == (None, False)
    assert desk.items(f"logged-segments/{logged}/entries") == entries(desk)


@case("LOG-060", "INV-001")
def test_every_line_becomes_an_entry_in_the_order_of_the_lines(desk, spring):
    for no in ("C3", "C1", "C2", "C1", "C1"):
        desk.line(spring, no)
    desk.remove(f"segments/{spring}/lines/20000")
    expected = desk.contacts_of(spring)

    desk.log(spring)

    found = entries(desk)
    assert [entry["contact_no"] for entry in found] == expected
    numbers = [entry["entry_no"] for entry in found]
    assert numbers == sorted(set(numbers))


@case("LOG-060")
def test_what_was_taken_out_of_the_segment_is_not_logged(desk, spring):
    desk.do(f"segments/{spring}/add-contacts")
    desk.do(
        f"segments/{spring}/refine-contacts",
        filters={"contact": {"salesperson_code": "JR"}},
    )
    desk.line(spring, "C2")
    desk.do(f"segments/{spring}/go-back")

    desk.log(spring)

    assert [entry["contact_no"] for entry in entries(desk)] == ["C1", "C3"]


@case("LOG-038")
def test_neither_exclusion_nor_repetition_nor_blanks_keep_a_line_from_being_logged(
    desk, spring
):
    desk.change("contacts/C1", exclude_from_segment=True)
    for _ in range(2):
        desk.line(spring, "C1", description=None, cost=0, interaction_group_code=None)

    desk.log(spring)

    found = [
        (entry["contact_no"], entry["description"], entry["interaction_group_code"])
        for entry in entries(desk)
    ]
    assert found == [("C1", None, None)] * 2


@case("LOG-033")
def test_a_blocked_salesperson_is_not_checked(desk, spring):
    desk.line(spring, "C1")
    desk.change("salespeople/JR", blocked=True)

    desk.log(spring)

    assert entries(desk)[0]["salesperson_code"] == "JR"


# --- effective correspondence type (LOG-036, LOG-037, INV-023) --------------------------


@case("LOG-037", "INV-022", "INV-023")
@pytest.mark.parametrize("chosen", ["email", "hard_copy", None])
@pytest.mark.parametrize(
    ("email", "alternative", "can_mail"),
    [
        ("c@example.com", None, True),
        (None, None, False),
        (None, "alt@example.com", True),
        (None, "", False),
        ("c@example.com", "", True),
        ("c@example.com", "alt@example.com", True),
    ],
)
def test_email_without_any_address_is_logged_as_blank(
    desk, spring, chosen, email, alternative, can_mail
):
    desk.company("C9", email=email)
    if alternative is not None:
        desk.create("contacts/C9/alternative-addresses", code="ALT1", email=alternative)
    code = None if alternative is None else "ALT1"
    desk.line(spring, "C9", correspondence_type=chosen, contact_alt_address_code=code)

    desk.log(spring)

    effective = None if chosen == "email" and not can_mail else chosen
    assert entries(desk)[0]["correspondence_type"] == effective


# --- campaign entries (LOG-022, LOG-042) --------------------------------------------------


@case("LOG-042", "INV-005", "INV-006")
def test_each_campaign_gets_one_entry_from_its_first_line_by_date(desk):
    desk.create("campaigns", no="CMP2")
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")
    desk.change(f"segments/{segment}", date="2026-05-04")
    desk.line(segment, "C1")
    desk.line(segment, "C2", campaign_no="CMP2")
    desk.line(segment, "C2", date="2026-05-03")
    desk.line(segment, "C1", date="2026-05-03")
    desk.line(segment, "C3", campaign_no=None)

    job = desk.log(segment)

    logged = job["result"]["logged_segment_entry_no"]
    (first,) = desk.items("campaigns/CMP1/entries")
    (second,) = desk.items("campaigns/CMP2/entries")
    assert (first["date"], first["salesperson_code"]) == ("2026-05-03", "BC")
    assert (second["date"], second["salesperson_code"]) == ("2026-05-04", "BC")
    for entry in (first, second):
        assert (entry["segment_no"], entry["description"]) == (segment, "Spring")
        assert (entry["register_no"], entry["canceled"]) == (logged, False)
        assert entry["user_id"] == "administrator"
    assert [entry["campaign_entry_no"] for entry in entries(desk)] == [
        first["entry_no"],
        second["entry_no"],
        first["entry_no"],
        first["entry_no"],
        None,
    ]
    assert logged_segment(desk)["no_of_campaign_entries"] == 2


@case("LOG-042")
def test_the_campaign_of_a_lines_own_template_counts(desk):
    desk.template("MAIL", campaign_no="CMP1")
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1", interaction_template_code="MAIL")
    desk.line(segment, "C2")

    desk.log(segment)

    assert [entry["campaign_no"] for entry in entries(desk)] == ["CMP1", None]
    (entry,) = desk.items("campaigns/CMP1/entries")
    assert entry["no_of_interactions"] == 1


@case("BCT-CMP-02", "LSEG-004")
def test_cancelling_a_campaign_entry_cancels_its_interactions(desk):
    segment = desk.segment(interaction_template_code="GOLF", campaign_no="CMP1")
    desk.line(segment, "C1")
    desk.log(segment)
    (entry,) = desk.items("campaigns/CMP1/entries")

    desk.do(f"campaigns/CMP1/entries/{entry['entry_no']}/cancel")

    (canceled,) = desk.items("campaigns/CMP1/entries")
    assert (canceled["segment_no"], canceled["canceled"]) == (segment, True)
    assert [entry["canceled"] for entry in entries(desk)] == [True]


# --- titles and lists ------------------------------------------------------------------


@case("BCT-ILE-06", "BCT-ILE-07")
@pytest.mark.parametrize(
    ("flow", "title"),
    [
        ("inbound", "Golf event - from Anna Berg"),
        ("outbound", "Golf event - by Salesperson JR"),
        (None, "Golf event"),
    ],
)
def test_the_title_of_an_entry_says_from_or_by_whom(desk, flow, title):
    desk.person("P1", name="Anna Berg", company_no="C1")
    desk.change("interaction-templates/GOLF", information_flow=flow)
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(segment, "P1")
    desk.log(segment)

    (entry,) = entries(desk)

    found = desk.read(f"interaction-log-entries/{entry['entry_no']}")
    assert found["title"] == title


@case("LOG-040")
def test_entries_are_found_by_what_they_say(desk, spring):
    for no in ("C1", "C2"):
        desk.line(spring, no)
    job = desk.log(spring)

    def found(query):
        items = desk.items(f"interaction-log-entries?{query}")
        return sorted(entry["contact_no"] for entry in items)

    assert found("contact_no=C1") == ["C1"]
    assert found(f"segment_no={spring}") == ["C1", "C2"]
    logged = job["result"]["logged_segment_entry_no"]
    assert found(f"logged_segment_entry_no={logged}&contact_no__ne=C1") == ["C2"]
    assert found("interaction_template_code=golf&canceled=false") == ["C1", "C2"]
    assert found("salesperson_code=BC") == []
    of_contact = desk.items("contacts/C1/interaction-log-entries")
    assert [entry["contact_no"] for entry in of_contact] == ["C1"]
    assert desk.get("interaction-log-entries?segmentno=1").status_code == 400


# --- skip: good lines are logged, the others stay behind (design §5.2) ------------------


@case("LOG-030", "design-5.2")
def test_with_skip_the_good_lines_are_logged_and_the_others_stay_behind(desk):
    segment = desk.segment(
        interaction_template_code="GOLF", salesperson_code="JR", campaign_no="CMP1"
    )
    desk.line(segment, "C1")
    desk.line(segment, "C2", date=None, description="Mine")
    desk.line(segment, "C3")

    job = desk.log(segment, on_line_error="skip")

    result = job["result"]
    assert [result[name] for name in ("planned", "logged", "skipped")] == [3, 2, 1]
    assert [entry["contact_no"] for entry in entries(desk)] == ["C1", "C3"]
    left = desk.read(job["links"]["left_behind_segment"])
    assert left["description"] == f"Not logged from segment {segment}"
    assert (left["campaign_no"], left["interaction_template_code"]) == ("CMP1", "GOLF")
    assert (left["no_of_lines"], left["job"]) == (1, None)
    (line,) = desk.lines(left["no"])
    assert (line["contact_no"], line["description"]) == ("C2", "Mine")
    assert [error["code"] for error in desk.items(f"jobs/{job['id']}/errors")] == [
        "E-LINE-DATE"
    ]
    assert logged_segment(desk)["no_skipped"] == 1


@case("design-5.2")
def test_what_stayed_behind_can_be_mended_and_logged(desk, spring):
    desk.line(spring, "C1")
    desk.line(spring, "C2", date=None)
    left = desk.log(spring, on_line_error="skip")["result"]["left_behind_segment_no"]
    (line,) = desk.lines(left)

    desk.change(f"segments/{left}/lines/{line['line_no']}", inherit=["date"])
    desk.log(left)

    assert [entry["segment_no"] for entry in entries(desk)] == [spring, left]


@case("design-5.2")
def test_with_skip_and_follow_up_the_follow_up_has_what_was_logged(desk, spring):
    desk.line(spring, "C1")
    desk.line(spring, "C2", date=None)

    job = desk.log(spring, on_line_error="skip", create_follow_up=True)

    result = job["result"]
    assert desk.contacts_of(result["follow_up_segment_no"]) == ["C1"]
    assert desk.contacts_of(result["left_behind_segment_no"]) == ["C2"]
    for no in (result["follow_up_segment_no"], result["left_behind_segment_no"]):
        assert desk.read(f"segments/{no}")["no_of_lines"] == 1


@case("design-5.2")
def test_with_skip_a_segment_without_any_good_line_is_refused(desk, spring):
    desk.line(spring, "C1", date=None)
    before = desk.read(f"segments/{spring}")

    problem = desk.fail_to_log(spring, on_line_error="skip")

    assert problem["code"] == "E-LINE-DATE"
    assert desk.read(f"segments/{spring}") == before


@case("LOG-002")
def test_log_can_be_pressed_without_saying_anything(desk, spring):
    desk.line(spring, "C1")

    answer = desk.ask("POST", f"segments/{spring}/log")

    assert answer.status_code == 202
    operation = desk.read("openapi.json")["paths"]["/api/v1/segments/{no}/log"]["post"]
    assert operation["requestBody"]["required"] is False
