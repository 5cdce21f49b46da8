"""The broker dies, freezes, forgets and repeats itself. No log is lost or doubled."""

import signal
import time
from uuid import uuid4

import pytest
import redis

from core.embedded.process import is_alive
from tests.support import one_log
from tests.support.marketer import watch
from tests.support.one_log import assert_logged_once, held, wait_until_held
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash


def forget_everything(installation) -> None:
    with redis.Redis.from_url(installation.redis_url) as client:
        client.flushall()


@pytest.mark.parametrize("broken", [signal.SIGKILL, signal.SIGSTOP])
def test_a_log_is_promised_at_once_while_the_broker_is_away_and_done_later(
    installation, client, broken
):
    usual, other = (one_log.segment_of(client) for _ in range(2))
    usually, first = timed_log(client, usual)
    installation.broker.process.send_signal(broken)

    took, second = timed_log(client, other)
    installation.heal()

    # To wait for a broker that is away would take two seconds more, or thirty.
    assert took < 5 * usually + 1
    assert_logged_once(installation, client, first)
    assert_logged_once(installation, client, second)


def timed_log(client, segment_no):
    began = time.monotonic()
    job = one_log.log(client, segment_no)
    return time.monotonic() - began, job


def test_logs_go_on_while_the_broker_is_killed_and_started_again(installation, client):
    begun, waiting = (one_log.segment_of(client) for _ in range(2))
    main_processes = [worker.process for worker in installation.workers]

    with held(installation, one_log.END):
        first = one_log.log(client, begun)
        wait_until_held(installation)
        installation.broker.process.kill()
        second = one_log.log(client, waiting)
    found = assert_logged_once(installation, client, first)
    wait_until(lambda: not installation.broker.is_running())
    installation.start_broker()

    assert found["attempt"] == 1
    assert_logged_once(installation, client, second)
    assert all(is_alive(process) for process in main_processes)


def test_a_broker_that_forgets_everything_loses_no_log(installation, client):
    segments = [one_log.segment_of(client) for _ in range(6)]

    with held(installation, one_log.END):
        jobs = [one_log.log(client, segment_no) for segment_no in segments]
        wait_until_held(installation)
        forget_everything(installation)

    for job in jobs:
        found = assert_logged_once(installation, client, job)
        assert found["attempt"] == 1


def test_messages_heard_by_three_workers_three_times_have_the_effect_of_one(
    installation, client, send
):
    third = installation.worker("worker-3")
    third.start()
    workers = [*installation.workers, third]
    third.wait_until_ready()
    segments = [one_log.segment_of(client) for _ in range(3)]
    jobs = [one_log.log(client, segment_no) for segment_no in segments]

    for job in jobs:
        for worker in workers:
            wait_until(lambda: rung_three_times(worker, job, send))  # noqa: B023  at once

    for job in jobs:
        found = assert_logged_once(installation, client, job)
        assert found["attempt"] == 1
    third.end()


def rung_three_times(worker, job, send) -> bool:
    """Rings until this worker has heard it so often; the others hear it as well."""
    send(one_log.id_of(job))
    return bool(worker.times_said(f"rung_for={one_log.id_of(job)}") >= 3)


def test_messages_for_what_is_over_or_never_was_change_nothing(
    installation, client, send
):
    logged, cancelled = (one_log.segment_of(client) for _ in range(2))
    done = one_log.log(client, logged)
    assert_logged_once(installation, client, done)
    with held(installation, one_log.BEGINNING):
        given_up = one_log.log(client, cancelled)
        client.insist("POST", f"{given_up}/cancel", key=uuid4().hex)
        watch(client, given_up)
    before = one_log.fingerprint(installation)

    unknown = str(uuid4())
    for message in (one_log.id_of(done), one_log.id_of(given_up), unknown):
        for _ in range(3):
            send(message)
    send("no id at all")
    send()
    wait_until(lambda: heard(installation, unknown))

    assert one_log.fingerprint(installation) == before
    again = one_log.log(client, cancelled)
    assert_logged_once(installation, client, again)


def heard(installation, message: str) -> bool:
    words = f"rung_for={message}"
    return bool(sum(each.times_said(words) for each in installation.workers) == 3)
