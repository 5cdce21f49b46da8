"""What a job's diary tells of its attempts."""

from datetime import UTC, datetime, timedelta

from core.database import transaction
from core.errors import TransientError
from core.jobs.attempts import attempts_of
from core.jobs.claim import claim_next_job
from core.jobs.models import JobEvent
from core.jobs.queries import events_of, job_by_public_id
from core.jobs.run import JobRun
from core.jobs.runner import run_job
from tests.support import tally
from tests.support.programs import wait_until

BEGAN = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)


def diary(*lines):
    """(attempt, event, detail), a second after each other."""
    return [
        JobEvent(
            attempt=attempt, event=event, detail=detail, at=BEGAN + timedelta(seconds=n)
        )
        for n, (attempt, event, detail) in enumerate(lines)
    ]


def attempts(engine, job):
    with transaction(engine) as session:
        return attempts_of(events_of(session, job_by_public_id(session, job)))


def test_a_job_that_waits_has_none():
    assert attempts_of(diary((0, "submitted", "By anna."))) == []


def test_an_attempt_that_was_taken_over_is_lost():
    lost, second = attempts_of(
        diary(
            (0, "submitted", "By anna."),
            (1, "claimed", "By a.example.com:7."),
            (1, "phase_begun", "logging"),
            (2, "taken_over", "By b:8; a.example.com:7 was not heard of any more."),
        )
    )

    assert (lost.worker, lost.end) == ("a.example.com:7", "lost")
    assert lost.reason == "a.example.com:7 was not heard of any more."
    assert lost.ended_at == second.began_at
    assert (second.worker, second.end, second.ended_at) == ("b:8", "", None)


def test_phases_end_where_the_next_begins_and_with_the_attempt():
    (attempt,) = attempts_of(
        diary(
            (1, "claimed", "By a:7."),
            (1, "phase_begun", "checking"),
            (1, "phase_begun", "logging"),
            (1, "cancel_requested", "By anna."),
            (1, "cancelled", "Asked for by anna."),
        )
    )

    seconds = [
        (each.words, (each.ended_at - each.began_at).seconds) for each in attempt.phases
    ]
    assert seconds == [("checking", 1), ("logging", 2)]
    assert (attempt.end, attempt.reason) == ("cancelled", "Asked for by anna.")


def test_a_phase_is_told_while_it_goes_on(tally_engine):
    job = tally.submit(tally_engine)
    seen = []

    def slow(run: JobRun):
        run.progress.phase("Thinking")
        wait_until(lambda: attempts(tally_engine, job)[0].phases)
        seen.extend(attempts(tally_engine, job)[0].phases)
        return {}

    run_job(tally_engine, tally.kinds(slow), tally.terms(), job)

    assert [(phase.words, phase.ended_at) for phase in seen] == [("Thinking", None)]
    (attempt,) = attempts(tally_engine, job)
    assert [phase.words for phase in attempt.phases] == ["Thinking"]


def test_every_attempt_tells_why_it_ended(tally_engine):
    job = tally.submit(tally_engine)

    def unlucky(run: JobRun):
        run.progress.phase("Writing")
        raise TransientError("E-BUSY", "The post office is closed.")

    run_job(tally_engine, tally.kinds(unlucky), tally.terms(), job)
    with transaction(tally_engine) as session:
        session.connection().exec_driver_sql("UPDATE job SET run_after = now()")
        assert claim_next_job(session, tally.terms(worker="b:8"), {})

    first, second = attempts(tally_engine, job)
    assert (first.end, second.end) == ("retry_planned", "")
    assert "The post office is closed." in first.reason
    assert [phase.words for phase in first.phases] == ["Writing"]
    assert second.worker == "b:8"
