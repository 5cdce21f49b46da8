"""Log… with Send Attachments, and what the pages tell of it afterwards."""

import re

import pytest
from sqlalchemy import select, update

from core.contacts.models import Contact
from core.database import transaction
from core.interactions.models import Delivery, LoggedSegment
from core.jobs.models import Job
from core.jobs.monitor import Terms
from core.jobs.runner import run_job
from core.kinds import KINDS
from core.vocabulary import CorrespondenceType
from tests import factories
from tests.support.pages import hidden
from tests.support.queries import counted_queries

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)


@pytest.fixture
def mailing(work, people):
    """SM1: three people by e-mail, Cora without an address; a page for everybody."""
    with work() as session:
        factories.template(
            session,
            "MAIL",
            correspondence_type_default=int(CorrespondenceType.EMAIL),
            language_code_default="ENU",
        )
        factories.template_language(
            session, "MAIL", "ENU", factories.attachment(session, b"<p>Hi", "a.html")
        )
        for person, email in ((people.anna, "anna@x.com"), (people.bert, "bert@x.com")):
            session.execute(
                update(Contact).where(Contact.id == person.id).values(email=email)
            )
        actor = factories.actor()
        made = factories.segment(
            session,
            actor,
            no="SM1",
            description="Spring mailing",
            interaction_template_code="MAIL",
        )
        for person in (people.anna, people.bert, people.cora):
            factories.line(session, actor, made, person)
    return "SM1"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def is_ticked(page: str) -> bool:
    (box,) = re.findall(r'<input[^>]*id="send_attachments"[^>]*>', page)
    return " checked" in box


def log(client, **form):
    page = client.get("/segments/SM1/log").text
    seen = {name: hidden(page, name) for name in ("planned", "will_log", "checked_for")}
    return client.post("/segments/SM1/log", data=seen | form)


def run(engine, kind):
    with transaction(engine) as session:
        job = session.scalars(
            select(Job).where(Job.kind == kind).order_by(Job.id.desc())
        ).first()
    run_job(engine, KINDS, TERMS, job.public_id)
    return job.public_id


@pytest.fixture
def sent(client, committing_engine, mailbox, mailing):
    """Logged and sent: Anna's arrived, Bert's was refused, Cora was skipped."""
    mailbox.to_recipient = lambda address: (
        "550 no such user" if address.startswith("bert") else "250 OK"
    )
    log(client, send_attachments="yes", on_line_error="skip")
    run(committing_engine, "log_segment")
    return run(committing_engine, "send_mail")


def test_sending_is_proposed_with_its_numbers(client, mailing, mailbox):
    page = client.get("/segments/SM1/log").text

    assert is_ticked(page)
    assert "2 e-mails go out after the log" in text_of(page)
    assert "1 line for a contact without e-mail address" in text_of(page)
    assert "Log 2 interactions, send 2 e-mails" in text_of(page)


def test_without_sending_the_numbers_are_others(client, mailing, mailbox):
    page = client.get("/segments/SM1/log/preflight?asked=yes").text

    assert not is_ticked(page)
    assert "Log 3 interactions" in text_of(page)
    assert "refused, see below" not in text_of(page)


def test_without_a_server_sending_is_not_to_be_had(client, mailing, monkeypatch):
    monkeypatch.delenv("MAIL_URL", raising=False)

    page = client.get("/segments/SM1/log").text

    assert not is_ticked(page)
    assert "Not possible now: No mail server is set" in text_of(page)
    refused = log(client, send_attachments="yes", checked_for="sending")
    assert refused.status_code == 422
    assert "No mail server is set" in refused.text


def test_without_content_sending_is_offered_and_not_proposed(
    client, segment, personalise, mailbox
):
    personalise(10000, correspondence_type=2)

    page = client.get("/segments/SM1/log").text

    assert not is_ticked(page)
    assert "Not possible now" not in text_of(page)


def test_numbers_that_were_checked_for_something_else_are_shown_first(
    client, mailing, mailbox, work
):
    answer = log(client, on_line_error="skip")  # unticked without a script

    assert answer.status_code == 422
    assert "Look at the numbers, and log then." in answer.text
    with work() as session:
        assert session.scalars(select(Job)).all() == []


def test_the_pages_tell_what_became_of_each_e_mail(client, sent, committing_engine):
    job = text_of(client.get(f"/jobs/{sent}").text)
    assert "2 e-mails = 1 sent + 1 failed + 0 in doubt + 0 withheld" in job
    assert "550 no such user" in job

    with transaction(committing_engine) as session:
        logged = session.scalars(select(LoggedSegment)).one().entry_no
        failed = session.scalars(select(Delivery).where(Delivery.detail != "")).one()
    card = client.get(f"/logged-segments/{logged}").text
    assert f'href="/jobs/{sent}"' in card
    assert "Sent 1 Failed 1" in text_of(card)
    listed = client.get(
        f"/interaction-log-entries?logged_segment_entry_no={logged}"
        "&delivery_state=failed"
    ).text
    assert f"/interaction-log-entries/{failed.entry_no}" in listed
    assert f'/interaction-log-entries/{failed.entry_no - 1}"' not in listed
    entry = text_of(client.get(f"/interaction-log-entries/{failed.entry_no}").text)
    assert "Delivery Failed" in entry
    assert "550 no such user" in entry


def test_what_failed_is_sent_again_from_the_card(
    client, sent, committing_engine, mailbox
):
    mailbox.to_recipient = lambda address: "250 OK"
    with transaction(committing_engine) as session:
        logged = session.scalars(select(LoggedSegment)).one().entry_no
    question = text_of(client.get(f"/logged-segments/{logged}/resend").text)
    assert "Sends 1 e-mail: what is owed, failed or is in doubt." in question
    assert "Send all 2 e-mails, also what was sent before" in question

    answer = client.post(f"/logged-segments/{logged}/resend")
    again = run(committing_engine, "send_mail")

    assert answer.location == f"/jobs/{again}"
    assert mailbox.addresses == ["anna@x.com", "bert@x.com"]
    nothing = client.post(f"/logged-segments/{logged}/resend")
    assert nothing.status_code == 422
    assert "There is no e-mail to send again" in nothing.text


def test_one_interaction_is_sent_again_from_its_page(
    client, sent, committing_engine, mailbox
):
    with transaction(committing_engine) as session:
        first = session.scalars(
            select(Delivery.entry_no).order_by(Delivery.entry_no)
        ).first()
    question = text_of(client.get(f"/interaction-log-entries/{first}/resend").text)
    assert "It was sent before, and will arrive twice." in question

    client.post(f"/interaction-log-entries/{first}/resend")
    run(committing_engine, "send_mail")

    assert mailbox.addresses == ["anna@x.com", "anna@x.com"]


def test_a_log_that_sent_says_why_it_cannot_be_undone(client, sent, committing_engine):
    with transaction(committing_engine) as session:
        logged = session.scalars(select(LoggedSegment)).one().entry_no

    assert "nobody can call that back" in (
        client.get(f"/logged-segments/{logged}/undo").text
    )


def test_a_list_of_entries_asks_as_often_with_e_mails_as_without(
    client, sent, committing_engine
):
    with counted_queries(committing_engine) as of_all:
        client.get("/interaction-log-entries")
    with counted_queries(committing_engine) as of_failed:
        client.get("/interaction-log-entries?delivery_state=failed")

    assert len(of_failed) == len(of_all)
