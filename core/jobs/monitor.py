"""Watches over one attempt from a second connection, while the step works.

Every heartbeat is one statement that renews the lease, shows the progress and learns
whether the job should stop. If so, the monitor interrupts whatever the work connection
is doing, so that a statement of minutes stops at once. Who is right in the end is
decided by the fence of the final write alone.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, Thread
from uuid import UUID

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.database import transaction
from core.jobs.events import record_phases
from core.jobs.lease import Heartbeat, renew_lease
from core.jobs.progress import Progress
from core.jobs.run import (
    JobCancelledError,
    JobFacts,
    JobHandedBackError,
    JobStoppedError,
    JobTakenOverError,
)
from core.jobs.work_connection import mark_connection

logger = logging.getLogger(__name__)

PROGRESS_NOTICE = "rollcall:progress:"


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a worker holds a job."""

    worker: str
    lease_seconds: float
    heartbeat_seconds: float
    is_draining: Callable[[], bool] = lambda: False
    "True from the moment the worker was told to shut down."
    worker_process_id: UUID | None = None
    "Which start of which worker this is, as it is registered."


class Monitor:
    def __init__(
        self, engine: Engine, job: JobFacts, progress: Progress, terms: Terms
    ) -> None:
        self._engine = engine
        self._job = job
        self._progress = progress
        self._terms = terms
        self._ended = Event()
        self._has_interrupted = False
        self._reason: JobStoppedError | None = None

    def stop_reason(self) -> JobStoppedError | None:
        return self._reason

    @contextmanager
    def watching(self, session: Session) -> Iterator[None]:
        """On leaving, the thread is gone: it never interrupts what comes afterwards."""
        connection = session.connection()
        driver_connection = mark_connection(connection, self._job.id)
        driver_connection.add_notice_handler(self._count)
        # In the context of the attempt, so that its lines name the job too.
        thread = Thread(
            target=copy_context().run,
            args=[self._watch, driver_connection],
            name="monitor",
        )
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
            driver_connection.remove_notice_handler(self._count)
            if self._has_interrupted:
                # The interruption may arrive late; nobody else shall meet it.
                connection.invalidate()

    def _count(self, notice: psycopg.errors.Diagnostic) -> None:
        words = notice.message_primary or ""
        if words.startswith(PROGRESS_NOTICE):
            self._progress.advance(int(words.removeprefix(PROGRESS_NOTICE)))

    def _watch(self, connection: psycopg.Connection) -> None:
        renewed_at = time.monotonic()
        try:
            while not self._ended.wait(self._terms.heartbeat_seconds):
                asked_at = time.monotonic()
                if self._has_beaten():
                    renewed_at = asked_at
                elif asked_at - renewed_at > self._terms.lease_seconds:
                    self._stop_because(JobTakenOverError())
                if self._reason:
                    self._interrupt(connection)
        finally:
            # Should this thread ever end early, nobody renews the lease any more.
            if not self._ended.is_set():
                self._stop_because(JobTakenOverError())

    def _has_beaten(self) -> bool:
        """Whether the database could be asked. Its answer may set the reason to stop."""
        counters = self._progress.counters()
        begun = self._progress.begun_phases()
        try:
            with transaction(self._engine) as session:
                found = renew_lease(
                    session, self._job, counters, self._terms.lease_seconds
                )
                if found:
                    record_phases(session, self._job.id, self._job.attempt, begun)
        except SQLAlchemyError as error:
            logger.warning("heartbeat failed job=%s: %s", self._job.public_id, error)
            return False
        self._progress.forget_phases(len(begun))
        self._judge(found)
        return True

    def _judge(self, found: Heartbeat | None) -> None:
        if found is None:
            self._stop_because(JobTakenOverError())
        elif found.cancel_requested_at:
            self._stop_because(JobCancelledError())
        elif self._terms.is_draining():
            self._stop_because(JobHandedBackError())

    def _stop_because(self, reason: JobStoppedError) -> None:
        self._reason = self._reason or reason

    def _interrupt(self, connection: psycopg.Connection) -> None:
        # Again with every beat until the step has ended: between two statements an
        # interruption hits nothing.
        self._has_interrupted = True
        try:
            connection.cancel_safe(timeout=5)
        except psycopg.Error as error:
            logger.warning("cannot interrupt job=%s: %s", self._job.public_id, error)
