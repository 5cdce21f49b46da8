"""Rings the worker's doorbell. The row is the promise; a ring only makes it quick.

A call to a broker that does not answer blocks for half a minute with Celery's
defaults, so no request ever makes one: a thread of the process does, and gives up
after seconds. Rings that get lost are made up for by the sweep.
"""

import logging
import os
from queue import Full, Queue
from threading import Lock, Thread
from typing import Protocol
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE, RUN_JOB

logger = logging.getLogger(__name__)

MOST_WAITING = 1000


class Nudge(Protocol):
    """Rings the worker's doorbell: never blocks, never raises."""

    def ring(self, job_public_id: UUID) -> None: ...


class BrokerNudge:
    def __init__(self, redis_url: str) -> None:
        self._celery = _ringing_only(redis_url)
        self._waiting: Queue[str] = Queue(MOST_WAITING)
        self._lock = Lock()
        self._thread: Thread | None = None
        self._pid = 0

    def ring(self, job_public_id: UUID) -> None:
        try:
            self._waiting.put_nowait(str(job_public_id))
        except Full:
            logger.warning("ring left to the sweep job=%s", job_public_id)
            return
        self._make_sure_somebody_rings()

    def _make_sure_somebody_rings(self) -> None:
        with self._lock:
            # Threads do not survive the fork of a web server's process.
            is_ours = self._pid == os.getpid()
            if not (is_ours and self._thread and self._thread.is_alive()):
                self._pid = os.getpid()
                self._thread = Thread(target=self._ring_all, name="nudge", daemon=True)
                self._thread.start()

    def _ring_all(self) -> None:
        while True:
            job_public_id = self._waiting.get()
            try:
                # A connection for each ring: one kept open may be half dead by now.
                with self._celery.connection_for_write() as connection:
                    self._celery.send_task(
                        RUN_JOB,
                        [job_public_id],
                        queue=JOBS_QUEUE,
                        connection=connection,
                    )
            except (KombuError, RedisError, OSError) as error:
                logger.warning(
                    "ring left to the sweep job=%s: %s", job_public_id, error
                )


def _ringing_only(redis_url: str) -> Celery:
    celery = Celery("doorbell", broker=redis_url, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        task_publish_retry=False,
        # A ring that takes longer is better left to the sweep.
        broker_transport_options={
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
            "global_keyprefix": BROKER_KEY_PREFIX,
        },
    )
    return celery
