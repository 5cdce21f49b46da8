"""The broker dies and comes back. The web answers all the same, and no job is lost."""

import signal
import time

import pytest

from core.embedded import broker
from tests.support import programs, tally
from tests.support.programs import wait_until
from web.nudge import BrokerNudge

pytestmark = pytest.mark.crash


@pytest.fixture
def own_broker(tmp_path):
    server = broker.start(tmp_path / "broker")
    yield server
    server.process.send_signal(signal.SIGCONT)
    broker.stop(server)


def succeeded(engine, job) -> bool:
    return tally.job_of(engine, job).state == "succeeded"


def test_what_was_asked_for_while_the_broker_froze_is_done_when_it_wakes_up(
    tally_engine, own_database, own_broker, tmp_path
):
    nudge = BrokerNudge(own_broker.url())

    with (
        programs.worker(tmp_path, own_database, own_broker.url()),
        programs.beat(tmp_path, own_database, own_broker.url()),
    ):
        own_broker.process.send_signal(signal.SIGSTOP)
        began = time.perf_counter()
        job = tally.submit(tally_engine)
        nudge.ring(job)
        assert time.perf_counter() - began < 0.5
        own_broker.process.send_signal(signal.SIGCONT)
        wait_until(lambda: succeeded(tally_engine, job))

    assert tally.rows_of(tally_engine, job) == 3000


def test_a_worker_goes_on_when_its_broker_is_killed_and_started_again(
    tally_engine, own_database, own_broker, tmp_path
):
    first = tally.submit(tally_engine, rows=20_000, seconds_per_chunk=0.1)
    second = tally.submit(tally_engine)
    url = own_broker.url()

    with (
        programs.worker(tmp_path, own_database, url) as worker,
        programs.beat(tmp_path, own_database, url),
    ):
        BrokerNudge(url).ring(first)
        wait_until(lambda: tally.job_of(tally_engine, first).state == "running")
        own_broker.process.kill()
        wait_until(lambda: not own_broker.is_running())
        again = broker.start(tmp_path / "broker")
        wait_until(lambda: succeeded(tally_engine, first))
        wait_until(lambda: succeeded(tally_engine, second))
        assert worker.process.poll() is None

    broker.stop(again)
    assert tally.job_of(tally_engine, first).attempt == 1
