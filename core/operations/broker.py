"""Whether the broker answers, asked with hard time-outs and not too often."""

import time
from dataclasses import dataclass
from threading import Lock

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE

ANSWER_SECONDS = 1.0
REMEMBERED_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    answers: bool
    version: str = ""
    rings_waiting: int = 0
    memory_bytes: int = 0


class BrokerWatch:
    """One question at a time, and one answer for all who ask within two seconds."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._facts = BrokerFacts(answers=False)

    def facts(self) -> BrokerFacts:
        with self._lock:
            if time.monotonic() - self._asked_at > REMEMBERED_SECONDS:
                self._facts = self._ask()
                self._asked_at = time.monotonic()
            return self._facts

    def _ask(self) -> BrokerFacts:
        client = redis.Redis.from_url(
            self._redis_url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            with client:
                told = client.info()
                waiting = client.llen(BROKER_KEY_PREFIX + JOBS_QUEUE)
        except (redis.RedisError, OSError):
            return BrokerFacts(answers=False)
        return BrokerFacts(
            answers=True,
            version=str(told.get("valkey_version") or told.get("redis_version", "")),
            rings_waiting=int(waiting),
            memory_bytes=int(told.get("used_memory", 0)),
        )
