"""Workers that are killed in the middle of sending: nobody gets an e-mail twice, and of
whoever may not have got one, people are told."""

import time
from collections import Counter
from functools import partial

import pytest

from core.database import transaction
from core.vocabulary import DeliveryState
from tests.support import one_log, programs
from tests.support.mail_server import Mailbox
from tests.support.mailing import mailing_to
from tests.support.programs import wait_until
from tests.support.soundness import assert_sound
from web.nudge import BrokerNudge

pytestmark = pytest.mark.crash

PEOPLE = 120
KILLS = 4
"""One more, and the job is given up."""


def test_a_killed_worker_sends_nothing_twice(
    own_engine, own_database, redis_url, tmp_path, mailbox, tell
):
    people = {f"C{n:03}": f"c{n}@example.com" for n in range(PEOPLE)}
    mailing = mailing_to(own_engine, people, file_name="a.html", content=b"<p>Hello")
    mailbox.to_content = slow
    mailing.log()
    job = mailing.send_job().public_id
    nudge = BrokerNudge(redis_url)
    with programs.worker(
        tmp_path, own_database, redis_url, application="worker.app"
    ) as worker:
        for kill in range(1, KILLS + 1):
            nudge.ring(job)
            enough = kill * PEOPLE // (KILLS + 2)
            wait_until(partial(has_received, mailbox, enough))
            programs.kill(worker, "child", mailing.job(job).worker)
            with transaction(own_engine) as session:
                session.execute(one_log.LET_LEASE_LAPSE, {"job": job})
        nudge.ring(job)
        wait_until(lambda: mailing.job(job).state == "succeeded")
    received = Counter(mailbox.addresses)

    by_state = Counter(mailing.states())
    told = {
        each.address
        for each in mailing.deliveries()
        if each.state == DeliveryState.SENT
    }
    assert set(received.values()) == {1}
    assert by_state[DeliveryState.SENT] + by_state[DeliveryState.IN_DOUBT] == PEOPLE
    assert by_state[DeliveryState.IN_DOUBT] <= KILLS
    assert told <= set(received)
    assert len(received) >= PEOPLE - KILLS
    assert len(mailing.errors()) == by_state[DeliveryState.IN_DOUBT]
    with transaction(own_engine) as session:
        assert_sound(session)
    tell(
        f"sending: {KILLS} kills, {by_state[DeliveryState.SENT]} sent, "
        f"{by_state[DeliveryState.IN_DOUBT]} in doubt, {len(received)} received"
    )


def slow(envelope: object) -> str:
    time.sleep(0.02)
    return "250 OK"


def has_received(mailbox: Mailbox, enough: int) -> bool:
    return len(mailbox.received) >= enough
