"""What is owed is sent once, and whatever becomes of it is told."""

import time
from dataclasses import replace
from email import message_from_bytes

import pytest
from sqlalchemy import select, text, update

from core.contacts.models import Contact
from core.database import transaction
from core.delivery.outbox import Outbox
from core.interactions.models import Delivery, InteractionLogEntry
from core.jobs.cancel import request_cancel
from core.jobs.models import JobState
from core.jobs.retry import request_retry
from core.jobs.runner import Outcome
from core.kinds import KINDS
from core.ledger.resend_mail import Which, resend_mail_of_log
from core.segments.request_log import request_log
from core.vocabulary import DeliveryState
from tests import factories
from tests.core.segments.logging import run_of
from tests.support.soundness import assert_sound

SENT, FAILED = DeliveryState.SENT, DeliveryState.FAILED
OWED, IN_DOUBT, WITHHELD = (
    DeliveryState.OWED,
    DeliveryState.IN_DOUBT,
    DeliveryState.WITHHELD,
)


def test_everybody_gets_the_file_once(mailbox, post):
    logged = post.log()
    assert logged.result["mails_owed"] == 3

    assert post.send() is Outcome.SUCCEEDED

    assert mailbox.addresses == ["c1@example.com", "c2@example.com", "c3@example.com"]
    job = post.send_job()
    assert str(job.public_id) == logged.result["send_job"]
    assert job.queue == "send"
    assert (job.planned, job.done) == (3, 3)
    assert job.result == {
        "logged_segment_entry_no": logged.result["logged_segment_entry_no"],
        "sent": 3,
        "failed": 0,
        "in_doubt": 0,
        "withheld": 0,
    }
    letter = mailbox.letters[0]
    assert letter["To"] == "C1 <c1@example.com>"
    assert letter["From"] == "Rollcall Golf <golf@example.com>"
    assert letter["Reply-To"] == "jr@example.com"
    assert letter["Subject"] == "Spring mailing"
    assert letter["Message-ID"].endswith("@example.com>")
    file = letter.get_payload()[1]
    assert file.get_filename() == "offer.pdf"
    assert file.get_content() == b"%PDF offer"
    assert [each.address for each in post.deliveries()] == mailbox.addresses
    with transaction(post.engine) as session:
        assert_sound(session)


def test_a_page_is_the_body_with_words_beside_it(mailbox, post_of):
    page = "<html><body><p>Come &amp; <b>play</b>, Zoë</p></body></html>".encode()
    post = post_of({"C1": "c1@example.com"}, file_name="letter.HTML", content=page)
    post.log()
    post.send()

    (letter,) = mailbox.letters
    assert letter.get_body(("html",)).get_content() == page.decode()
    assert letter.get_body(("plain",)).get_content().split() == [
        *("Come", "&", "play,", "Zoë")
    ]


def test_nobody_is_sent_anything_unless_it_is_asked_for(mailbox, post):
    with transaction(post.engine) as session:
        request_log(session, factories.actor(), "SM1")
    assert post.send() is Outcome.SUCCEEDED  # the log itself
    assert post.send() is Outcome.NOTHING_TO_DO
    assert mailbox.received == []
    assert post.states() == []


def test_a_refused_recipient_is_named_and_the_others_get_theirs(mailbox, post):
    mailbox.to_recipient = lambda address: (
        "550 no such user" if address.startswith("c2") else "250 OK"
    )
    post.log()

    assert post.send() is Outcome.SUCCEEDED

    assert mailbox.addresses == ["c1@example.com", "c3@example.com"]
    assert post.states() == [SENT, FAILED, SENT]
    assert post.deliveries()[1].detail == "550 no such user"
    job = post.send_job()
    assert (job.result["sent"], job.result["failed"], job.error_count) == (2, 1, 1)
    assert post.errors() == [("C2", "E-MAIL-FAILED")]


def test_who_asks_to_come_back_later_is_tried_again(mailbox, post):
    answers = {"c2@example.com": ["451 greylisted", "250 OK"]}

    def to_recipient(address):
        return answers[address].pop(0) if address in answers else "250 OK"

    mailbox.to_recipient = to_recipient
    post.log()

    assert post.send() is Outcome.RETRY_PLANNED
    assert post.states() == [SENT, OWED, SENT]
    _let_the_next_attempt_begin(post)
    assert post.send() is Outcome.SUCCEEDED

    assert sorted(mailbox.addresses) == [f"c{n}@example.com" for n in (1, 2, 3)]
    job = post.send_job()
    assert (job.planned, job.done, job.result["sent"]) == (3, 3, 3)


def test_once_too_often_is_a_failure(mailbox, post):
    mailbox.to_recipient = lambda address: (
        "451 later" if address.startswith("c2") else "250 OK"
    )
    post.log()
    with transaction(post.engine) as session:
        session.execute(update(Delivery).values(tries=7))

    assert post.send() is Outcome.SUCCEEDED

    assert post.states() == [SENT, FAILED, SENT]
    assert post.deliveries()[1].detail == "451 later"


def test_a_server_that_is_away_costs_nothing(mailbox, post, monkeypatch):
    monkeypatch.setenv("MAIL_URL", "smtp://127.0.0.1:1")
    post.log()

    assert post.send() is Outcome.RETRY_PLANNED

    assert post.states() == [OWED, OWED, OWED]
    assert post.send_job().state == JobState.QUEUED


def test_a_sender_that_is_refused_stops_the_job_and_keeps_what_is_owed(mailbox, post):
    async def handle_mail(server, session, envelope, address, options):
        return "550 who are you"

    mailbox.handle_MAIL = handle_mail
    post.log()

    assert post.send() is Outcome.FAILED

    job = post.send_job()
    assert job.problem["code"] == "E-MAIL-SENDER"
    assert post.states() == [OWED, OWED, OWED]


def test_who_was_blocked_or_canceled_since_the_log_gets_nothing(mailbox, post):
    post.log()
    with transaction(post.engine) as session:
        session.execute(
            update(Contact).where(Contact.no == "C1").values(privacy_blocked=True)
        )
        session.execute(
            update(InteractionLogEntry)
            .where(
                InteractionLogEntry.entry_no
                == text("(SELECT max(entry_no) FROM interaction_log_entry)")
            )
            .values(canceled=True)
        )

    assert post.send() is Outcome.SUCCEEDED

    assert mailbox.addresses == ["c2@example.com"]
    assert post.states() == [WITHHELD, SENT, WITHHELD]
    assert post.send_job().result["withheld"] == 2


def test_what_a_vanished_worker_was_sending_is_in_doubt_and_not_sent_again(
    mailbox, post
):
    post.log()
    with transaction(post.engine) as session:
        first = text("(SELECT min(entry_no) FROM delivery)")
        session.execute(
            update(Delivery)
            .where(Delivery.entry_no == first)
            .values(state=DeliveryState.SENDING, job_id=0, job_attempt=1)
        )

    assert post.send() is Outcome.SUCCEEDED

    assert mailbox.addresses == ["c2@example.com", "c3@example.com"]
    assert post.states() == [IN_DOUBT, SENT, SENT]
    assert post.errors() == [("C1", "E-MAIL-DOUBT")]


def test_a_frozen_worker_that_wakes_up_may_still_say_that_it_was_sent(mailbox, post):
    post.log()
    with transaction(post.engine) as session:
        first = run_of(session, factories.actor(), post.send_job())
        frozen, (entry_no, *_) = Outbox(first), Outbox(first).owed()
        mail = frozen.take(entry_no)
        assert mail is not None
        first.job = replace(first.job, attempt=2)
        Outbox(first).doubt_what_others_left()
        assert post.states()[0] == IN_DOUBT

        frozen.end(mail, SENT)

    assert post.states()[0] == SENT


def test_two_who_reach_for_the_same_e_mail_do_not_both_get_it(mailbox, post):
    post.log()
    with transaction(post.engine) as session:
        run = run_of(session, factories.actor(), post.send_job())
        entry_no = next(Outbox(run).owed())

        assert Outbox(run).take(entry_no) is not None
        assert Outbox(run).take(entry_no) is None


def test_a_connection_lost_under_way_leaves_one_in_doubt(mailbox, post):
    async def handle_data(server, session, envelope):
        if envelope.rcpt_tos == ["c2@example.com"]:
            server.transport.abort()
        else:
            mailbox.received.append(envelope)
        return "250 OK"

    mailbox.handle_DATA = handle_data
    post.log()

    assert post.send() is Outcome.SUCCEEDED

    assert post.states() == [SENT, IN_DOUBT, SENT]
    assert mailbox.addresses == ["c1@example.com", "c3@example.com"]


@pytest.mark.parametrize(
    ("address", "recipients"),
    [
        ("a@example.com; b@example.com", ["a@example.com", "b@example.com"]),
        ("post@bücher.example", ["post@xn--bcher-kva.example"]),
    ],
)
def test_several_addresses_and_foreign_domains(mailbox, post_of, address, recipients):
    post = post_of({"C1": address})
    post.log()
    post.send()

    assert mailbox.addresses == recipients


def test_one_of_several_addresses_that_is_refused_is_told(mailbox, post_of):
    post = post_of({"C1": "a@example.com; b@example.com"})
    mailbox.to_recipient = lambda address: (
        "550 no such user" if address.startswith("b") else "250 OK"
    )
    post.log()
    post.send()

    assert mailbox.addresses == ["a@example.com"]
    assert post.states() == [SENT]
    assert post.deliveries()[0].detail == "Refused for b@example.com: 550 no such user"


def test_what_another_job_is_just_sending_is_not_owed_again(mailbox, post):
    post.log()
    post.send()
    with transaction(post.engine) as session:
        first = session.scalars(
            select(Delivery).order_by(Delivery.entry_no).limit(1)
        ).one()
        first.state = DeliveryState.SENDING
        resend_mail_of_log(
            session,
            factories.actor(),
            first.logged_segment_entry_no or 0,
            which=Which.ALL,
        )

    assert post.states() == [DeliveryState.SENDING, OWED, OWED]


def test_an_e_mail_of_which_nothing_is_left_to_send_is_a_failure(mailbox, post):
    post.log()
    with transaction(post.engine) as session:
        session.execute(update(InteractionLogEntry).values(attachment_id=None))

    assert post.send() is Outcome.SUCCEEDED

    assert post.states() == [FAILED] * 3
    assert post.deliveries()[0].detail == "There is nothing to send."


def test_without_a_server_e_mails_are_kept_in_a_folder(post, monkeypatch, tmp_path):
    monkeypatch.setenv("MAIL_URL", (tmp_path / "mail").as_uri())
    monkeypatch.setenv("MAIL_FROM", "golf@example.com")
    post.log()

    assert post.send() is Outcome.SUCCEEDED

    kept = [message_from_bytes(file.read_bytes()) for file in tmp_path.rglob("*.eml")]
    assert sorted(each["To"].split()[-1] for each in kept) == [
        f"<c{n}@example.com>" for n in (1, 2, 3)
    ]


def test_an_address_no_server_takes_is_a_failure(mailbox, post):
    post.log()
    with transaction(post.engine) as session:
        session.execute(
            update(Contact).where(Contact.no == "C2").values(email="zoë@example.com")
        )
        session.execute(update(Contact).where(Contact.no == "C3").values(email=""))
    post.send()

    assert post.states() == [SENT, FAILED, FAILED]


def test_cancelling_pauses_and_asking_again_goes_on(mailbox, post):
    def to_content(envelope):
        if len(mailbox.received) == 0:
            with transaction(post.engine) as session:
                request_cancel(
                    session, factories.actor(), post.send_job().public_id, KINDS
                )
            # Until the monitor has heard of it.
            time.sleep(0.3)
        return "250 OK"

    mailbox.to_content = to_content
    post.log()

    assert post.send() is Outcome.CANCELLED
    assert post.states() == [SENT, OWED, OWED]

    mailbox.to_content = lambda envelope: "250 OK"
    with transaction(post.engine) as session:
        first = post.send_job().public_id
        again = request_retry(session, factories.actor(), first, KINDS)
        assert again.planned == 2
    assert post.send() is Outcome.SUCCEEDED
    assert mailbox.addresses == [f"c{n}@example.com" for n in (1, 2, 3)]
    assert post.send_job().result["sent"] == 2


def test_what_failed_before_a_cancel_is_told_all_the_same(mailbox, post):
    def to_recipient(address):
        with transaction(post.engine) as session:
            job = post.send_job().public_id
            request_cancel(session, factories.actor(), job, KINDS)
        time.sleep(0.3)
        return "550 no such user"

    mailbox.to_recipient = to_recipient
    post.log()

    assert post.send() is Outcome.CANCELLED

    assert post.states() == [FAILED, OWED, OWED]
    assert post.send_job().error_count == 1
    assert post.errors() == [("C1", "E-MAIL-FAILED")]
    with transaction(post.engine) as session:
        assert_sound(session)


def _let_the_next_attempt_begin(post):
    with transaction(post.engine) as session:
        session.execute(text("UPDATE job SET run_after = now()"))
