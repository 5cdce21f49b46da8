"""Runs one job once: claim, work, end.

Three transactions. The claim is committed at once, so that everybody sees the lease.
The work is one transaction that holds everything the step writes *and* the end of the
job; its last statement is refused when the job was claimed by somebody else meanwhile.
If the work fails, it is rolled back, and a third transaction records what became of
the job: it locks the row, reads whose the job is now, and only then decides. So a
commit whose answer got lost counts as what it was, whatever exception reached us.

This is the one module that catches every exception.
"""

import logging
import time
import traceback
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.database import transaction
from core.diagnostics import about_job
from core.errors import RollcallError, TransientError
from core.jobs import end
from core.jobs.claim import Claim, claim_next_job
from core.jobs.events import record_phases
from core.jobs.models import JobState
from core.jobs.monitor import Monitor, Terms
from core.jobs.next_job import limits_of
from core.jobs.progress import Progress
from core.jobs.run import (
    JobFacts,
    JobHandedBackError,
    JobRun,
    JobStoppedError,
    Kind,
    Kinds,
    RecordErrors,
    Step,
    left_behind,
)
from core.jobs.trouble import RETRY_DELAYS_SECONDS, passes_by_itself, words_for

logger = logging.getLogger(__name__)

MOST_CRASHES = 4
"""A job that took its worker down so often is not tried again."""

RECORDING_DELAYS_SECONDS = (0.0, 0.5, 2.0)


class Outcome(StrEnum):
    NOTHING_TO_DO = "nothing_to_do"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HANDED_BACK = "handed_back"
    RETRY_PLANNED = "retry_planned"
    LOST = "lost"
    "The job belongs to another attempt by now. This one wrote nothing."


def run_job(engine: Engine, kinds: Kinds, terms: Terms, public_id: UUID) -> Outcome:
    """Somebody rang for this job: run the one whose turn it is, which may be another.

    Safe to call with any id, any number of times, by any number of workers.
    """
    if terms.is_draining():
        return Outcome.NOTHING_TO_DO
    claim = _claim(engine, kinds, terms)
    if claim is None:
        logger.info("nothing to do rung_for=%s", public_id)
        return Outcome.NOTHING_TO_DO
    job = claim.job
    with about_job(job.public_id):
        logger.info(
            "started job=%s kind=%s attempt=%s rung_for=%s",
            *(job.public_id, job.kind, job.attempt, public_id),
        )
        outcome = _Attempt(engine, kinds, terms, job).outcome()
        logger.info(
            "ended job=%s attempt=%s as=%s", job.public_id, job.attempt, outcome
        )
    return outcome


def _claim(engine: Engine, kinds: Kinds, terms: Terms) -> Claim | None:
    with transaction(engine) as session:
        claim = claim_next_job(session, terms, limits_of(kinds))
        if claim is None or not _is_over(session, kinds, claim):
            return claim
    return None


def _is_over(session: Session, kinds: Kinds, claim: Claim) -> bool:
    """End a job whose last worker vanished and that must not begin again."""
    job, kind = claim.job, kinds.get(claim.job.kind)
    if claim.is_cancel_requested:
        end.cancel(session, job, kind)
    elif claim.crashes > MOST_CRASHES:
        logger.error("given up job=%s crashes=%s", job.public_id, claim.crashes)
        end.fail(session, job, kind, _crashes_too_often(claim.crashes, kind))
    else:
        return False
    return True


class _Attempt:
    def __init__(
        self, engine: Engine, kinds: Kinds, terms: Terms, job: JobFacts
    ) -> None:
        self._engine = engine
        self._kind = kinds.get(job.kind)
        self._terms = terms
        self._job = job
        self._progress = Progress()
        self._monitor = Monitor(engine, job, self._progress, terms)
        self._error_recorders: list[RecordErrors] = []

    def outcome(self) -> Outcome:
        try:
            self._work()
        except Exception as trouble:  # noqa: BLE001  the place for it
            return self._record(trouble)
        return Outcome.SUCCEEDED

    def _work(self) -> None:
        step = self._step()
        with transaction(self._engine) as session:
            run = JobRun(
                session,
                self._job,
                self._progress,
                self._monitor.stop_reason,
                self._error_recorders,
            )
            with self._monitor.watching(session):
                result = step(run)
            run.check()
            self._record_phases(session)
            end.succeed(session, self._job, result, self._progress.counters())

    def _step(self) -> Step:
        if self._kind:
            return self._kind.step
        # During an upgrade the web may know kinds that this worker does not yet.
        raise TransientError(
            "E-JOB-KIND", f"{self._terms.worker} does not know this kind of job yet."
        )

    def _record(self, trouble: Exception) -> Outcome:
        """Write down what became of the job; patient, since the database may be away.

        Should it stay away, the lease lapses and the next attempt finds the truth.
        """
        for delay in RECORDING_DELAYS_SECONDS:
            time.sleep(delay)
            try:
                with transaction(self._engine) as session:
                    return self._decide(session, trouble)
            except Exception as error:  # noqa: BLE001  the place for it
                if not passes_by_itself(error):
                    return self._record_bug(error)
                logger.warning("cannot record job=%s: %s", self._job.public_id, error)
        return Outcome.LOST

    def _decide(self, session: Session, trouble: Exception) -> Outcome:
        row = end.lock_job(session, self._job.public_id)
        if row is None or row.attempt != self._job.attempt:
            return Outcome.LOST
        if row.state != JobState.RUNNING:
            logger.warning("commit was in doubt job=%s", self._job.public_id)
            return Outcome(row.state)
        self._record_phases(session)
        if row.cancel_requested_at:
            asker, left = row.cancel_requested_by, left_behind(self._kind)
            words = f"Asked for by {asker}. {left}"
            end.cancel(session, self._job, self._kind, words)
            return Outcome.CANCELLED
        if isinstance(self._monitor.stop_reason(), JobHandedBackError):
            end.hand_back(session, self._job, self._terms.worker)
            return Outcome.HANDED_BACK
        if isinstance(trouble, JobStoppedError) or passes_by_itself(trouble):
            return self._retry_or_fail(session, trouble, row.retries)
        self._fail(session, trouble)
        return Outcome.FAILED

    def _record_phases(self, session: Session) -> None:
        """Those that began since the last heartbeat."""
        begun = self._progress.begun_phases()
        record_phases(session, self._job.id, self._job.attempt, begun)

    def _retry_or_fail(
        self, session: Session, trouble: Exception, retries: int
    ) -> Outcome:
        if retries < len(RETRY_DELAYS_SECONDS):
            delay = RETRY_DELAYS_SECONDS[retries]
            end.plan_retry(session, self._job, delay, self._words_for(trouble))
            return Outcome.RETRY_PLANNED
        problem = end.Problem(
            "E-JOB-RETRIES",
            f"Tried {retries + 1} times, always with the same kind of trouble. "
            f"{self._words_for(trouble)} Start it again when the cause is gone.",
        )
        end.fail(
            session, self._job, self._kind, problem, diagnostics=_traceback(trouble)
        )
        return Outcome.FAILED

    def _words_for(self, trouble: Exception) -> str:
        return words_for(trouble, left_behind(self._kind))

    def _fail(self, session: Session, trouble: Exception) -> None:
        if isinstance(trouble, RollcallError):
            end.fail(
                session,
                self._job,
                self._kind,
                end.problem_of(trouble),
                error_recorders=self._error_recorders,
            )
            return
        logger.error("bug in job=%s", self._job.public_id, exc_info=trouble)
        end.fail(
            session,
            self._job,
            self._kind,
            _our_fault(self._job, self._kind),
            diagnostics=_traceback(trouble),
        )

    def _record_bug(self, error: Exception) -> Outcome:
        """Even the clean-up is broken. The job still ends, and says so to operators."""
        logger.error("cannot clean up job=%s", self._job.public_id, exc_info=error)
        with transaction(self._engine) as session:
            row = end.lock_job(session, self._job.public_id)
            if row is None or row.attempt != self._job.attempt:
                return Outcome.LOST
            end.fail(
                session,
                self._job,
                None,
                _our_fault(self._job, self._kind),
                diagnostics=_traceback(error),
            )
        return Outcome.FAILED


def _crashes_too_often(crashes: int, kind: Kind | None) -> end.Problem:
    return end.Problem(
        "E-JOB-CRASHES",
        f"The worker vanished {crashes} times in the middle of this job, so it is not "
        f"tried again. {left_behind(kind)} Ask an operator to look at the workers.",
    )


def _our_fault(job: JobFacts, kind: Kind | None) -> end.Problem:
    return end.Problem(
        "E-INTERNAL",
        f"Something went wrong on our side. {left_behind(kind)} "
        f"Tell an operator the number of this job: {job.public_id}.",
    )


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))
