import signal
import time
from uuid import uuid4

import pytest
import redis

from core.embedded import broker
from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE
from tests.support.programs import wait_until
from web.nudge import MOST_WAITING, BrokerNudge


def messages(redis_url: str) -> int:
    with redis.Redis.from_url(redis_url) as client:
        return int(client.llen(BROKER_KEY_PREFIX + JOBS_QUEUE))


@pytest.fixture
def frozen_broker(tmp_path):
    server = broker.start(tmp_path)
    server.process.send_signal(signal.SIGSTOP)
    yield server
    server.process.send_signal(signal.SIGCONT)
    broker.stop(server)


def test_a_ring_reaches_the_broker(redis_url):
    BrokerNudge(redis_url).ring(uuid4())

    wait_until(lambda: messages(redis_url) == 1)


def test_a_broker_that_does_not_answer_holds_nobody_up(frozen_broker):
    nudge = BrokerNudge(frozen_broker.url())
    slowest = 0.0

    for _ in range(MOST_WAITING + 100):
        began = time.perf_counter()
        nudge.ring(uuid4())
        slowest = max(slowest, time.perf_counter() - began)

    assert slowest < 0.05


def test_a_broker_that_is_not_there_raises_nothing_and_is_noted(caplog):
    nudge = BrokerNudge("redis://127.0.0.1:9/0")

    nudge.ring(uuid4())

    wait_until(lambda: "left to the sweep" in caplog.text)


def test_ringing_goes_on_when_the_broker_is_back(frozen_broker):
    nudge = BrokerNudge(frozen_broker.url())
    nudge.ring(uuid4())

    frozen_broker.process.send_signal(signal.SIGCONT)
    nudge.ring(uuid4())

    wait_until(lambda: messages(frozen_broker.url()) >= 1)
