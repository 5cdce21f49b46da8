"""Create Interaction: one communication with one contact, without a segment."""

from datetime import datetime

import pytest

from core.clock import today
from core.single_interactions import draft
from tests.conformance.program import refusal

case = pytest.mark.case

GOLF = {"contact_no": "C1", "interaction_template_code": "GOLF"}


@pytest.fixture
def desk(desk, own_salesperson):
    own_salesperson("BC")
    return desk


def faults(answer):
    return [(fault["code"], fault["field"]) for fault in answer.json["errors"]]


def defaults(desk, **said):
    return desk.do("interactions/defaults", **said)


def give_content(desk, template, file_name):
    """The template sends this file, whatever the contact's language."""
    desk.create("languages", code="ENU", description="English")
    desk.change(f"interaction-templates/{template}", language_code_default="ENU")
    return desk.attach(
        f"interaction-templates/{template}/languages/ENU", file_name, b"%PDF"
    )


def last(desk):
    return desk.items("interaction-log-entries")[0]


@case("BCT-WIZ-03", "BCT-CMP-01", "INT-011", "INT-043", "INT-031", "LOG-040")
def test_the_entry_takes_over_what_the_template_says(desk):
    kept = give_content(desk, "GOLF", "offer.pdf")

    logged = desk.create("interactions", **GOLF, campaign_no="CMP1")

    assert not logged["postponed"]
    entry = last(desk)
    assert entry["entry_no"] == logged["entry_no"]
    for name, value in {
        "contact_no": "C1",
        "contact_company_no": "C1",
        "interaction_template_code": "GOLF",
        "interaction_group_code": "LETTER",
        "information_flow": "outbound",
        "initiated_by": "us",
        "cost": "8.00",
        "duration": 1,
        "description": "Golf event",
        "subject": "Golf event",
        "date": today().isoformat(),
        "campaign_no": "CMP1",
        "salesperson_code": "BC",
        "user_id": "administrator",
        "attachment_no": kept["no"],
        "logged_segment_entry_no": None,
        "segment_no": None,
        "canceled": False,
        "delivery_status": None,
    }.items():
        assert entry[name] == value, name
    (of_campaign,) = desk.items("campaigns/CMP1/entries")
    assert of_campaign["entry_no"] == entry["campaign_entry_no"]
    assert of_campaign["no_of_interactions"] == 1
    assert (of_campaign["cost"], of_campaign["duration"]) == ("8.00", 1)
    assert of_campaign["description"] == "Interactions"


@case("BCT-CMP-15", "INT-065", "STAT-001")
def test_cost_and_minutes_that_were_typed_are_those_of_the_contact(desk):
    desk.create("interactions", **GOLF, cost="41.37", duration="18.5")

    of_contact = desk.read("contacts/C1/statistics")
    assert of_contact["no_of_interactions"] == 1
    assert (of_contact["cost"], of_contact["duration"]) == ("41.37", 18.5)


@case("BCT-CMP-18")
def test_a_group_adds_up_what_its_templates_cost(desk):
    desk.template(
        "CALL", interaction_group_code="LETTER", unit_cost="3.40", unit_duration="2.6"
    )
    for code in ("GOLF", "CALL"):
        desk.create("interactions", contact_no="C1", interaction_template_code=code)

    of_group = desk.read("interaction-groups/LETTER/statistics")
    assert of_group["no_of_interactions"] == 2
    assert (of_group["cost"], of_group["duration"]) == ("11.40", 3.6)


@case("CAMP-020", "CAMP-021")
def test_the_interactions_of_a_campaign_share_one_campaign_entry(desk):
    for contact_no in ("C1", "C2"):
        desk.create(
            "interactions",
            contact_no=contact_no,
            interaction_template_code="GOLF",
            campaign_no="CMP1",
        )
    (shared,) = desk.items("campaigns/CMP1/entries")
    assert (shared["no_of_interactions"], shared["segment_no"]) == (2, None)
    desk.do(f"campaigns/CMP1/entries/{shared['entry_no']}/cancel")

    desk.create("interactions", **GOLF, campaign_no="CMP1")

    counting = [
        entry for entry in desk.items("campaigns/CMP1/entries") if not entry["canceled"]
    ]
    assert [entry["no_of_interactions"] for entry in counting] == [1]


# --- what is missing ----------------------------------------------------------------------


@case("BCT-WIZ-01", "INT-033")
def test_without_a_template_nothing_is_logged(desk):
    answer = desk.post("interactions", {"contact_no": "C1", "description": "Call"})

    assert answer.status_code == 422
    assert ("E-FIELD", "interaction_template_code") in faults(answer)
    assert desk.items("interaction-log-entries") == []


@case("BCT-WIZ-02")
def test_without_a_description_nothing_is_logged(desk):
    desk.template("BARE", description=None)

    answer = desk.post(
        "interactions", {"contact_no": "C1", "interaction_template_code": "BARE"}
    )

    assert faults(answer) == [("E-FIELD", "description")]


@case("BCT-WIZ-06", "BCT-PPD-02", "INT-041")
@pytest.mark.parametrize("postpone", [False, True])
def test_everything_that_is_missing_is_named_in_the_order_of_the_form(desk, postpone):
    answer = desk.post(
        "interactions",
        {"salesperson_code": None, "date": None, "postpone": postpone},
    )

    assert answer.status_code == 422
    assert "contact to interact with" in answer.json["detail"]
    assert [field for _, field in faults(answer)] == [
        "contact_no",
        "interaction_template_code",
        "salesperson_code",
        "date",
        "description",
    ]
    assert desk.items("postponed-interactions") == []


@case("BCT-WIZ-07")
def test_a_salesperson_is_needed(desk):
    answer = desk.post(
        "interactions",
        GOLF | {"salesperson_code": None, "date": None, "description": None},
    )

    assert faults(answer)[0] == ("E-FIELD", "salesperson_code")


@case("BCT-WIZ-11", "INT-035", "E-NO-ATTACHMENT")
@pytest.mark.parametrize("postpone", [False, True])
def test_a_template_that_opens_an_attachment_needs_one(desk, postpone):
    desk.template("OPEN", wizard_action="open")
    said = {"contact_no": "C1", "interaction_template_code": "OPEN"}

    answer = desk.post("interactions", said | {"postpone": postpone})

    assert faults(answer) == [("E-NO-ATTACHMENT", "interaction_template_code")]
    give_content(desk, "OPEN", "a.pdf")
    assert desk.create("interactions", **said)["attachment_no"]


@case("INT-045", "CONT-050")
def test_codes_that_name_nothing_and_blocked_contacts_are_refused(desk):
    desk.person("P1", privacy_blocked=True)

    answer = desk.post(
        "interactions",
        {
            "contact_no": "P1",
            "interaction_template_code": "NONE",
            "salesperson_code": "XX",
            "campaign_no": "CMP9",
            "contact_alt_address_code": "HOME",
            "description": "x",
        },
    )

    assert set(faults(answer)) == {
        ("E-PRIVACY", "contact_no"),
        ("E-UNKNOWN-CODE", "interaction_template_code"),
        ("E-UNKNOWN-CODE", "salesperson_code"),
        ("E-UNKNOWN-CODE", "campaign_no"),
        ("E-UNKNOWN-CODE", "contact_alt_address_code"),
    }
    opened = desk.post("interactions/defaults", {"opened_from": {"contact_no": "P1"}})
    assert refusal(opened) == (422, "E-PRIVACY")


@case("SLS-001")
def test_a_blocked_salesperson_is_only_left_where_it_was(desk):
    desk.change("salespeople/JR", blocked=True)

    answer = desk.post("interactions", GOLF | {"salesperson_code": "JR"})

    assert faults(answer) == [("E-BLOCKED", "salesperson_code")]


@case("INT-025")
def test_a_language_needs_content_in_the_template(desk):
    desk.create("languages", code="DAN", description="Danish")

    answer = desk.post("interactions", GOLF | {"interaction_language_code": "DAN"})

    assert faults(answer) == [("E-NO-LANGUAGE", "interaction_language_code")]


# --- what is proposed ---------------------------------------------------------------------


@case("BCT-WIZ-20", "BCT-PPD-01", "INT-020", "INT-022", "INT-024", "INT-030")
def test_contact_and_template_propose_the_rest(desk, monkeypatch):
    desk.change("contacts/C1", correspondence_type="email", language_code=None)
    desk.change("interaction-templates/GOLF", campaign_no="CMP1", campaign_target=True)

    shown = defaults(desk, **GOLF)

    assert (shown["contact_name"], shown["contact_company_name"]) == ("Alpha", "Alpha")
    assert shown["salesperson_code"] == "BC"
    assert shown["description"] == "Golf event"
    assert (shown["campaign_no"], shown["campaign_target"]) == ("CMP1", True)
    assert shown["interaction_group_code"] == "LETTER"
    assert shown["correspondence_type"] is None  # the template's, not the contact's
    assert (shown["date"], shown["attempt_failed"]) == (today().isoformat(), False)
    assert shown["time_of_interaction"].endswith(":00")
    assert shown["attachment"] is None
    assert shown["locked"] == []
    assert desk.items("interaction-log-entries") == []


@case("WIZ-001")
def test_the_salesperson_is_the_user_s_own_before_the_contact_s(desk, own_salesperson):
    assert defaults(desk, contact_no="C1")["salesperson_code"] == "BC"
    own_salesperson("")
    assert defaults(desk, contact_no="C1")["salesperson_code"] == "JR"


@case("BCT-WIZ-14", "INT-032")
@pytest.mark.parametrize(("typed", "found"), [("gam", "C3"), (" BETA ", "C2")])
def test_a_contact_is_found_by_letters_of_its_name(desk, typed, found):
    shown = defaults(desk, contact_name=typed, opened_from={"salesperson_code": "JR"})

    assert (shown["contact_no"], shown["salesperson_code"]) == (found, "JR")


@case("INT-032")
def test_a_name_nobody_has_clears_the_contact(desk):
    assert defaults(desk, contact_no="C1", contact_name="nobody")["contact_no"] is None


@case("BCT-WIZ-17", "INT-030")
@pytest.mark.parametrize(
    ("clock", "proposed"),
    [
        ("12:33:59", "12:34"),
        ("12:34:00", "12:35"),
        ("12:34:30.5", "12:35"),
        ("23:59:59.5", "00:01"),
    ],
)
def test_the_time_is_the_next_full_minute(desk, monkeypatch, clock, proposed):
    moment = datetime.fromisoformat(f"2026-05-04T{clock}+00:00")
    monkeypatch.setattr(draft, "now", lambda: moment)

    assert defaults(desk)["time_of_interaction"].startswith(proposed)


@case("BCT-WIZ-16", "WIZ-001", "WIZ-002", "E-LOCKED")
@pytest.mark.parametrize(
    ("opened_from", "other"),
    [
        ({"contact_no": "C1"}, {"contact_no": "C2"}),
        ({"salesperson_code": "JR"}, {"salesperson_code": "BC"}),
        ({"campaign_no": "CMP1"}, {"campaign_no": None}),
    ],
)
def test_what_it_was_called_from_cannot_be_changed(desk, opened_from, other):
    (field,) = opened_from
    assert defaults(desk, opened_from=opened_from)["locked"] == [field]

    answer = desk.post("interactions", GOLF | other | {"opened_from": opened_from})

    assert ("E-LOCKED", field) in faults(answer)
    assert desk.items("interaction-log-entries") == []


@case("BCT-WIZ-04", "WIZ-003")
def test_an_interaction_follows_another(desk):
    first = desk.create("interactions", **GOLF, salesperson_code="JR")

    desk.create(
        "interactions",
        interaction_log_entry_no=first["entry_no"],
        interaction_template_code="BUS",
    )

    entry = last(desk)
    assert entry["entry_no"] != first["entry_no"]
    assert (entry["contact_no"], entry["salesperson_code"]) == ("C1", "JR")
    assert (entry["interaction_template_code"], entry["cost"]) == ("BUS", "9.50")


@case("BCT-WIZ-19", "INT-039")
def test_how_it_went_is_told_with_it_or_afterwards(desk):
    entry_no = desk.create("interactions", **GOLF, evaluation="positive")["entry_no"]
    assert last(desk)["evaluation"] == "positive"

    desk.change(
        f"interactions/{entry_no}",
        description="Was not in",
        evaluation="negative",
        attempt_failed=True,
        cost="1.00",
    )

    entry = last(desk)
    assert (entry["description"], entry["subject"]) == ("Was not in", "Golf event")
    assert (entry["evaluation"], entry["attempt_failed"]) == ("negative", True)
    assert (entry["cost"], entry["duration"]) == ("1.00", 1)
    blank = desk.patch(f"interactions/{entry_no}", {"description": None})
    assert faults(blank) == [("E-FIELD", "description")]


@case("INT-039", "INV-006")
def test_the_result_of_a_logged_segment_stays_as_it_was_logged(desk):
    segment = desk.segment(interaction_template_code="GOLF")
    desk.line(segment, "C1")
    desk.log(segment)
    of_log = last(desk)["entry_no"]

    assert refusal(desk.patch(f"interactions/{of_log}", {"cost": "9.00"})) == (
        409,
        "E-NOT-SINGLE",
    )
    single = desk.create("interactions", **GOLF)["entry_no"]
    desk.do(f"interaction-log-entries/{single}/cancel")
    assert refusal(desk.patch(f"interactions/{single}", {"cost": "9.00"})) == (
        409,
        "E-CANCELED",
    )


# --- targets, e-mail, once ----------------------------------------------------------------


@case("INT-027", "CAMP-050", "CAMP-052")
def test_a_logged_target_joins_the_group_of_an_activated_campaign(desk):
    def targets():
        return [row["no"] for row in desk.items("campaigns/CMP1/targets")]

    as_target = {"campaign_no": "CMP1", "campaign_target": True}
    desk.create("interactions", **GOLF, **as_target)
    desk.do("campaigns/CMP1/activate")
    desk.person("P1", company_no="C2", salesperson_code="JR")

    said = GOLF | as_target | {"contact_no": "P1"}
    desk.create("interactions", **said, postpone=True)
    assert targets() == ["C1"]
    desk.create("interactions", **said)

    assert targets() == ["C1", "C2"]


@pytest.fixture
def e_mail(desk):
    """What is said to write to C1 with template MAIL."""
    desk.template("MAIL", description="News", correspondence_type_default="email")
    give_content(desk, "MAIL", "news.txt")
    desk.change("contacts/C1", email="c1@example.com")
    return {"contact_no": "C1", "interaction_template_code": "MAIL"}


@case("INT-042", "INT-043", "DLV-001", "DLV-016")
def test_an_e_mail_is_sent_once_it_is_logged(desk, e_mail, mailbox):
    logged = desk.create("interactions", **e_mail)

    assert logged["delivery_state"] == "owed"
    job = desk.read(logged["job"])
    assert desk.run(job)["result"]["sent"] == 1
    (letter,) = mailbox.letters
    assert letter["Subject"] == "News"
    assert mailbox.addresses == ["c1@example.com"]
    assert last(desk)["delivery_state"] == "sent"


@case("INT-046", "E-EMAIL")
def test_an_e_mail_to_nobody_is_refused(desk, e_mail, mailbox):
    desk.change("contacts/C1", email=None)

    answer = desk.post("interactions", e_mail)

    assert faults(answer) == [("E-EMAIL", "correspondence_type")]
    assert "C1" in answer.json["detail"]
    assert desk.items("interaction-log-entries") == []
    # An alternative address without e-mail: it is logged, and nothing is sent.
    desk.create("contacts/C1/alternative-addresses", code="HOME")
    logged = desk.create("interactions", **e_mail, contact_alt_address_code="HOME")
    assert (logged["correspondence_type"], logged["job"]) == (None, None)
    # One with e-mail: it goes there.
    desk.change("contacts/C1/alternative-addresses/HOME", email="home@example.com")
    logged = desk.create("interactions", **e_mail, contact_alt_address_code="HOME")
    desk.run(desk.read(logged["job"]))
    assert mailbox.addresses == ["home@example.com"]


@case("INT-041", "TMPL-001", "E-NO-CONTENT")
def test_an_e_mail_needs_content(desk, mailbox):
    desk.template("MAIL", correspondence_type_default="email")
    said = {"contact_no": "C1", "interaction_template_code": "MAIL"}

    for postpone in (False, True):
        answer = desk.post("interactions", said | {"postpone": postpone})
        assert faults(answer) == [("E-NO-CONTENT", "correspondence_type")]


@case("INT-044", "E-MAIL-ACCOUNT")
def test_without_an_account_nothing_is_logged(desk, e_mail, monkeypatch):
    monkeypatch.delenv("MAIL_URL", raising=False)

    assert refusal(desk.post("interactions", e_mail)) == (422, "E-MAIL-ACCOUNT")
    assert desk.items("interaction-log-entries") == []


@case("P4")
def test_a_repeated_request_logs_once(desk):
    once = {"Idempotency-Key": "one-call"}

    first = desk.post("interactions", GOLF, headers=once)
    again = desk.post("interactions", GOLF, headers=once)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert len(desk.items("interaction-log-entries")) == 1


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_who_may_log_creates_interactions(desk, program_as, role):
    answer = program_as(role).post("interactions", GOLF)

    assert refusal(answer) == (403, "E-ROLE")
