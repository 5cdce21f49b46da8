"""Evaluate interactions: one of five words for every entry that is meant (INT-080).

One, the ticked ones of a list, or all that a filter matches; many are a job. Canceled
entries are evaluated like any other, and so are those of an undone log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import FaultList
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_row
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.ledger.cancel_entries import SUBJECT
from core.ledger.change import AT_ONCE, refuse_unless, refuse_unless_meant
from core.ledger.entry_filter import EntryFilters, entries_matching
from core.ledger.flags import write_evaluation
from core.ledger.locks import lock_logs_of
from core.segments.count_contacts import count_rows, is_more_than
from core.vocabulary import Evaluation

Entry = InteractionLogEntry

EVALUATE_ENTRIES = "evaluate_entries"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How they went, why it is said, and what the user was told."""

    evaluation: Evaluation
    reason: str = ""
    "In the words of the user, for the audit trail."
    expected: int | None = None
    "Entries the user was told are meant; another number is refused."

    def as_arguments(self) -> dict[str, object]:
        return {
            "evaluation": int(self.evaluation),
            "reason": self.reason,
            "expected": self.expected,
        }

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, Any]) -> Self:
        return cls(
            Evaluation(arguments["evaluation"]),
            arguments["reason"],
            arguments["expected"],
        )

    @property
    def word(self) -> str:
        """For people and audit rows."""
        return self.evaluation.name.lower().replace("_", " ")

    def refuse_blank(self) -> None:
        """Raise RefusedError: what was evaluated once is never blank again."""
        faults = FaultList()
        if self.evaluation == Evaluation.BLANK:
            faults.add("new_evaluation", "E-FIELD", "Choose how the interactions went.")
        faults.refuse_if_any()


def evaluate_entry(
    session: Session, actor: Actor, entry_no: int, verdict: Verdict
) -> None:
    """Raises NotFoundError, also for a postponed interaction (POST-021), RefusedError
    for a blank evaluation, ConflictError E-JOB-RUNNING."""
    verdict.refuse_blank()
    entry_row(session, entry_no)
    entry = Entry.entry_no == entry_no
    lock_logs_of(session, entry)
    if write_evaluation(session, entry, verdict.evaluation).changed:
        detail = {"evaluation": verdict.word, "reason": verdict.reason}
        record_audit(
            session, actor, "interaction_log_entry.evaluate", str(entry_no), detail
        )


def evaluate_entries(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    verdict: Verdict,
    *,
    at_once: int = AT_ONCE,
) -> int | Job:
    """How many of the entries that match were evaluated otherwise, or the job that
    evaluates them.

    Raises RefusedError E-FIELD, E-FILTER, E-COUNT, ConflictError E-JOB-RUNNING.
    """
    verdict.refuse_blank()
    refuse_unless_meant(filters, verdict.expected)
    to_change = _to_change(filters, verdict)
    if is_more_than(session, at_once, select(Entry.entry_no).where(to_change)):
        return _request(session, actor, filters, verdict)
    return _apply(session, actor, filters, verdict, may_wait=False)


def request_evaluation_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    verdict = Verdict.of_arguments(arguments)
    return _request(session, actor, arguments["filters"], verdict)


def evaluate_entries_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind evaluate_entries."""
    verdict = Verdict.of_arguments(run.job.arguments)
    filters = cast("EntryFilters", run.job.arguments["filters"])
    run.progress.phase("counting")
    to_change = select(Entry.entry_no).where(_to_change(filters, verdict))
    run.progress.plan(count_rows(run.session, to_change))
    run.check()
    run.progress.phase("evaluating")
    number = _apply(run.session, run.job.actor, filters, verdict, may_wait=True)
    run.progress.done(number)
    return {"evaluation": verdict.word, "entries_changed": number}


def count_meant(session: Session, filters: EntryFilters) -> int:
    """Every entry that matches, whatever was said of it before."""
    return count_rows(session, select(Entry.entry_no).where(entries_matching(filters)))


def _apply(
    session: Session,
    actor: Actor,
    filters: EntryFilters,
    verdict: Verdict,
    *,
    may_wait: bool,
) -> int:
    lock_logs_of(session, _to_change(filters, verdict), may_wait=may_wait)
    done = write_evaluation(session, entries_matching(filters), verdict.evaluation)
    refuse_unless(done.meant, verdict.expected, "be evaluated")
    detail = {
        "evaluation": verdict.word,
        "filters": dict(filters),
        "entries": done.changed,
        "reason": verdict.reason,
    }
    subject = f"{done.changed} entries"
    record_audit(session, actor, "interaction_log_entry.evaluate", subject, detail)
    return done.changed


def _to_change(filters: EntryFilters, verdict: Verdict) -> ColumnElement[bool]:
    return and_(entries_matching(filters), Entry.evaluation != verdict.evaluation)


def _request(
    session: Session, actor: Actor, filters: EntryFilters, verdict: Verdict
) -> Job:
    return request_job(
        session,
        actor,
        kind=EVALUATE_ENTRIES,
        title=f"Evaluate interaction log entries as {verdict.word}",
        subject=SUBJECT,
        arguments={"filters": dict(filters), **verdict.as_arguments()},
    )
