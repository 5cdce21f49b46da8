"""Log with Send Attachments: what is sent, to whom, and what stands against it."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def mailing(desk, mailbox):
    """A segment whose template means e-mail, with a file for everybody."""
    return mailing_of(desk, "offer.txt")


def mailing_of(desk, file_name, content=b"An offer"):
    desk.create("languages", code="ENU")
    desk.change(
        "interaction-templates/GOLF",
        correspondence_type_default="email",
        wizard_action="open",
        language_code_default="ENU",
    )
    desk.attach("interaction-templates/GOLF/languages/ENU", file_name, content)
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.change(f"segments/{segment}/languages/ENU", subject="Golf in May")
    return segment


def two_of_whom_one_is_unknown(desk, mailing, mailbox):
    """K1 gets it; K2's server knows nobody of that name."""
    mailbox.to_recipient = lambda address: (
        "550 unknown" if address.startswith("k2") else "250 OK"
    )
    for number in (1, 2):
        desk.company(f"K{number}", email=f"k{number}@example.com")
        desk.line(mailing, f"K{number}")


def everything(desk):
    return {
        place: desk.items(place)
        for place in ("segments", "logged-segments", "interaction-log-entries")
    }


def log_and_send(desk, segment, **options):
    """The finished job that sent what the log owed."""
    logged = desk.log(segment, send_attachments=True, **options)
    return desk.run({"id": logged["result"]["send_job"]})


def deliveries(desk):
    (logged,) = desk.items("logged-segments")
    found = desk.read(f"logged-segments/{logged['entry_no']}/deliveries")
    return {state: count for state, count in found.items() if count}


# --- the cases --------------------------------------------------------------------------


@case("BCT-LOG-06", "LOG-037", "LOG-028", "E-LINE-EMAIL")
def test_an_e_mail_to_nobody_is_refused_by_name_and_leaves_no_trace(desk, mailbox):
    segment = mailing_of(desk, "letter.doc")
    desk.person("P1", email=None)
    desk.line(segment, "P1", correspondence_type="email")
    before = everything(desk)

    problem = desk.fail_to_log(segment, send_attachments=True)

    assert problem["code"] == "E-LINE-EMAIL"
    assert "P1" in problem["detail"]
    assert "E-Mail" in problem["detail"]
    assert "alternative address" in problem["detail"]
    assert desk.items("interaction-log-entries") == []
    assert everything(desk) == before
    assert mailbox.received == []


@case("BCT-DLV-01")
def test_a_word_file_is_logged_and_sent(desk, mailbox):
    segment = mailing_of(desk, "letter.docx")
    desk.company("K1", email="someone@example.com")
    desk.line(segment, "K1", correspondence_type="email")

    log_and_send(desk, segment)

    assert len(desk.items("interaction-log-entries")) == 1
    assert mailbox.addresses == ["someone@example.com"]


@case("BCT-DLV-02", "DLV-004")
def test_a_text_file_goes_to_the_contact_under_the_segment_s_subject(
    desk, mailing, mailbox
):
    desk.company("K1", email="someone@example.com")
    desk.line(mailing, "K1")

    log_and_send(desk, mailing)

    (letter,) = mailbox.letters
    assert letter["To"].addresses[0].addr_spec == "someone@example.com"
    assert letter["Subject"] == "Golf in May"
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "offer.txt"


# --- what stands against it ---------------------------------------------------------------


@case("DLV-001", "LOG-001")
def test_without_an_account_nothing_is_promised(desk, monkeypatch):
    monkeypatch.delenv("MAIL_URL", raising=False)
    segment = mailing_of(desk, "offer.txt")
    desk.line(segment, "C1")

    answer = desk.post(f"segments/{segment}/log", {"send_attachments": True})

    assert refusal(answer) == (422, "E-MAIL-ACCOUNT")
    assert answer.json["errors"][0]["field"] == "send_attachments"
    assert desk.items("jobs") == []
    preflight = desk.read(f"segments/{segment}/preflight?send_attachments=true")
    assert preflight["errors"][-1]["code"] == "E-MAIL-ACCOUNT"


@case("LOG-037", "INV-022", "DLV-003", "E-DLV-TYPE")
@pytest.mark.parametrize(
    ("email", "alternative", "told"),
    [
        ("c@example.com", None, None),
        (None, None, "E-LINE-EMAIL"),
        (None, "alt@example.com", None),
        (None, "", "E-DLV-TYPE"),
        ("c@example.com", "", None),
        ("c@example.com", "alt@example.com", None),
    ],
)
def test_where_an_e_mail_can_go(desk, mailing, email, alternative, told):
    desk.company("C9", email=email)
    if alternative is not None:
        desk.create("contacts/C9/alternative-addresses", code="ALT1", email=alternative)
    code = None if alternative is None else "ALT1"
    desk.line(mailing, "C9", correspondence_type="email", contact_alt_address_code=code)

    found = desk.read(f"segments/{mailing}/preflight?send_attachments=true")

    expected = [told] if told else []
    assert [problem["code"] for problem in found["by_problem"]] == expected
    assert found["no_of_mails"] == (0 if told else 1)
    without = desk.read(f"segments/{mailing}/preflight")
    assert (without["can_log"], without["no_of_mails"]) == (True, 0)


@case("DLV-002", "E-LINE-ATTACH")
@pytest.mark.parametrize("chosen", ["email", "hard_copy", None])
def test_a_line_without_content_cannot_be_sent(desk, mailing, chosen):
    desk.remove(f"segments/{mailing}/languages/ENU/attachment")
    desk.company("C9", email="c@example.com")
    desk.line(mailing, "C9", correspondence_type=chosen)

    problem = desk.fail_to_log(mailing, send_attachments=True)

    assert problem["code"] == "E-LINE-ATTACH"


@case("DLV-001")
def test_a_line_that_nobody_means_to_send_needs_no_content(desk, mailbox):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(segment, "C1", correspondence_type=None)

    job = desk.log(segment, send_attachments=True)

    assert job["result"]["mails_owed"] == 0
    assert "send_job" not in job["result"]


@case("DEC-06", "E-DLV-TYPE")
def test_lines_that_cannot_be_sent_may_stay_behind(desk, mailing, mailbox):
    desk.company("C8", email="c8@example.com")
    desk.company("C9", email=None)
    for contact in ("C8", "C9"):
        desk.line(mailing, contact, correspondence_type="email")

    log_and_send(desk, mailing, on_line_error="skip")

    assert mailbox.addresses == ["c8@example.com"]
    (left,) = desk.items("segments")
    assert desk.contacts_of(left["no"]) == ["C9"]
    desk.log(left["no"])  # without sending


# --- what is sent -------------------------------------------------------------------------


@case("DLV-001", "DLV-005")
def test_only_e_mails_are_sent(desk, mailing, mailbox):
    for number, kind in enumerate(("email", "hard_copy"), 1):
        desk.company(f"K{number}", email=f"k{number}@example.com")
        desk.line(mailing, f"K{number}", correspondence_type=kind)

    log_and_send(desk, mailing)

    assert mailbox.addresses == ["k1@example.com"]
    by_contact = {
        entry["contact_no"]: entry["delivery_state"]
        for entry in desk.items("interaction-log-entries")
    }
    assert by_contact == {"K1": "sent", "K2": None}


@case("DLV-006", "DLV-015", "INV-32")
@pytest.mark.parametrize(
    ("alternative", "goes_to"), [("alt@example.com", "alt"), ("", "own")]
)
def test_the_alternative_address_comes_first(
    desk, mailing, mailbox, alternative, goes_to
):
    desk.company("C9", email="own@example.com")
    desk.create("contacts/C9/alternative-addresses", code="ALT1", email=alternative)
    desk.line(mailing, "C9", contact_alt_address_code="ALT1")

    log_and_send(desk, mailing)

    assert mailbox.addresses == [f"{goes_to}@example.com"]


@case("DLV-008", "DLV-016", "INV-30")
def test_the_status_is_blank_when_sent_and_error_when_refused(desk, mailing, mailbox):
    two_of_whom_one_is_unknown(desk, mailing, mailbox)

    logged = desk.log(mailing, send_attachments=True)
    waiting = desk.items("interaction-log-entries")
    job = desk.run({"id": logged["result"]["send_job"]})

    assert [entry["delivery_status"] for entry in waiting] == ["in_progress"] * 2
    assert job["state"] == "succeeded"
    (failed,) = desk.items("interaction-log-entries?delivery_status=error")
    assert (failed["contact_no"], failed["delivery_state"]) == ("K2", "failed")
    (sent,) = desk.items("interaction-log-entries?delivery_state=sent")
    assert (sent["contact_no"], sent["delivery_status"]) == ("K1", None)
    (error,) = desk.items(f"jobs/{job['id']}/errors")
    assert (error["subject"], error["code"]) == ("K2", "E-MAIL-FAILED")
    assert deliveries(desk) == {"sent": 1, "failed": 1}


# --- again --------------------------------------------------------------------------------


@case("DLV-010", "DLV-020", "DLV-023", "INV-34")
def test_what_failed_is_sent_again_to_those_alone(desk, mailing, mailbox):
    two_of_whom_one_is_unknown(desk, mailing, mailbox)
    log_and_send(desk, mailing)
    (logged,) = desk.items("logged-segments")
    mailbox.to_recipient = lambda address: "250 OK"

    again = desk.post(f"logged-segments/{logged['entry_no']}/resend")
    assert again.status_code == 202
    assert desk.run(again.json)["result"]["sent"] == 1

    assert mailbox.addresses == ["k1@example.com", "k2@example.com"]
    assert len(desk.items("interaction-log-entries")) == 2
    nothing = desk.post(f"logged-segments/{logged['entry_no']}/resend")
    assert refusal(nothing) == (422, "E-MAIL-NOTHING")


@case("DLV-020")
def test_all_of_a_log_can_be_sent_again(desk, mailing, mailbox):
    desk.company("K1", email="k1@example.com")
    desk.line(mailing, "K1")
    desk.log(mailing)  # without sending
    (logged,) = desk.items("logged-segments")

    first = desk.post(f"logged-segments/{logged['entry_no']}/resend", {"which": "all"})
    desk.run(first.json)
    second = desk.post(f"logged-segments/{logged['entry_no']}/resend", {"which": "all"})
    desk.run(second.json)

    assert mailbox.addresses == ["k1@example.com"] * 2
    ids = {letter["Message-ID"] for letter in mailbox.letters}
    assert len(ids) == 2


@case("DLV-020")
def test_one_interaction_can_be_sent_again(desk, mailing, mailbox):
    for number in (1, 2):
        desk.company(f"K{number}", email=f"k{number}@example.com")
        desk.line(mailing, f"K{number}")
    log_and_send(desk, mailing)
    entry = desk.items("interaction-log-entries?contact_no=K2")[0]

    again = desk.post(f"interaction-log-entries/{entry['entry_no']}/resend")
    assert desk.run(again.json)["state"] == "succeeded"

    assert mailbox.addresses == ["k1@example.com", "k2@example.com", "k2@example.com"]


def test_who_asks_twice_is_led_to_the_job(desk, mailing, mailbox):
    desk.company("K1", email="k1@example.com")
    desk.line(mailing, "K1")
    logged = desk.log(mailing, send_attachments=True)
    (found,) = desk.items("logged-segments")

    answer = desk.post(f"logged-segments/{found['entry_no']}/resend", {"which": "all"})

    assert refusal(answer) == (409, "E-JOB-RUNNING")
    assert answer.json["links"]["job"].endswith(logged["result"]["send_job"])


# --- afterwards ---------------------------------------------------------------------------


@case("DLV-008")
def test_a_log_whose_e_mails_went_out_cannot_be_undone(desk, mailing, mailbox):
    desk.company("K1", email="k1@example.com")
    desk.line(mailing, "K1")
    logged = desk.log(mailing, send_attachments=True)
    (found,) = desk.items("logged-segments")
    undo = f"logged-segments/{found['entry_no']}/undo"

    while_owed = desk.post(undo)
    desk.run({"id": logged["result"]["send_job"]})
    when_sent = desk.post(undo)

    assert refusal(while_owed) == (409, "E-JOB-RUNNING")
    assert refusal(when_sent) == (409, "E-MAIL-SENT")


def test_a_log_whose_e_mails_never_left_is_undone_with_them(desk, mailing, mailbox):
    desk.company("K1", email="k1@example.com")
    desk.line(mailing, "K1")
    logged = desk.log(mailing, send_attachments=True)
    desk.do(f"jobs/{logged['result']['send_job']}/cancel")
    (found,) = desk.items("logged-segments")

    desk.do(f"logged-segments/{found['entry_no']}/undo")

    assert deliveries(desk) == {}
    assert desk.contacts_of(mailing) == ["K1"]
    log_and_send(desk, mailing)
    assert mailbox.addresses == ["k1@example.com"]


@case("DLV-016", "ENUM-005")
def test_interactions_are_found_by_what_became_of_their_e_mail(desk, mailing, mailbox):
    two_of_whom_one_is_unknown(desk, mailing, mailbox)
    log_and_send(desk, mailing)
    desk.create(
        "interactions",
        contact_no="C1",
        interaction_template_code="BUS",
        salesperson_code="JR",
    )

    def found(question):
        return [
            entry["contact_no"]
            for entry in desk.items(f"interaction-log-entries?{question}")
        ]

    for question, contacts in {
        "delivery_state=failed": ["K2"],
        "delivery_state=sent": ["K1"],
        "delivery_state=": ["C1"],
        "delivery_state=&delivery_state=failed": ["C1", "K2"],
        "delivery_state__ne=failed": ["C1", "K1"],
        "delivery_state__ne=": ["K2", "K1"],
        "delivery_status=error": ["K2"],
        "delivery_status=": ["C1", "K1"],
        "delivery_status__ne=error": ["C1", "K1"],
        "delivery_status=in_progress": [],
    }.items():
        assert found(question) == contacts, question
