from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, func, select, text, update

from core.database import transaction
from core.errors import Fault, RefusedError, TransientError
from core.jobs.cancel import request_cancel
from core.jobs.claim import claim_next_job
from core.jobs.models import Job, JobState
from core.jobs.run import JobRun, Kind
from core.jobs.runner import MOST_CRASHES, Outcome, run_job
from core.jobs.trouble import RETRY_DELAYS_SECONDS
from tests import factories
from tests.support import tally
from tests.support.programs import wait_until


def run(engine: Engine, public_id: UUID, step=tally.write_rows, **terms) -> Outcome:
    return run_job(engine, tally.kinds(step), tally.terms(**terms), public_id)


def cancel(engine: Engine, public_id: UUID) -> None:
    with transaction(engine) as session:
        request_cancel(session, factories.actor(), public_id, tally.KINDS)


def let_lease_lapse(engine: Engine, public_id: UUID) -> None:
    with transaction(engine) as session:
        session.execute(
            update(Job)
            .where(Job.public_id == public_id)
            .values(lease_until=func.now() - text("interval '1 second'"))
        )


def claim(engine: Engine):
    with transaction(engine) as session:
        terms = tally.terms(worker="other", lease_seconds=60)
        return claim_next_job(session, terms, {})


def test_a_job_does_its_work(tally_engine):
    job = tally.submit(tally_engine, rows=2500)

    assert run(tally_engine, job) == Outcome.SUCCEEDED

    row = tally.job_of(tally_engine, job)
    assert tally.rows_of(tally_engine, job) == 2500
    assert (row.state, row.planned, row.done) == ("succeeded", 2500, 2500)
    assert row.result == {"rows": 2500}
    assert tally.events_of(tally_engine, job) == [
        *("submitted", "claimed", "phase_begun", "succeeded"),
    ]
    assert tally.ends_of(tally_engine, job) == []


def test_a_second_delivery_changes_nothing(tally_engine):
    job = tally.submit(tally_engine)
    run(tally_engine, job)
    before = tally.job_of(tally_engine, job)

    assert run(tally_engine, job) == Outcome.NOTHING_TO_DO

    assert tally.rows_of(tally_engine, job) == 3000
    assert tally.job_of(tally_engine, job).attempt == before.attempt == 1


def test_an_unknown_id_does_nothing(tally_engine):
    assert run(tally_engine, uuid4()) == Outcome.NOTHING_TO_DO


def test_many_workers_at_once_do_the_job_once(tally_engine):
    job = tally.submit(tally_engine)
    outcomes: list[Outcome] = []
    workers = [
        Thread(target=lambda: outcomes.append(run(tally_engine, job))) for _ in range(6)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(outcomes) == ["nothing_to_do"] * 5 + ["succeeded"]
    assert tally.rows_of(tally_engine, job) == 3000


def test_cancelling_in_the_middle_leaves_nothing(tally_engine):
    job = tally.submit(tally_engine, rows=100_000)

    def cancelled_half_way(run: JobRun):
        run.session.execute(
            text("INSERT INTO tally.written VALUES (:id, 1)"), {"id": run.job.id}
        )
        cancel(tally_engine, job)
        run.session.execute(select(func.pg_sleep(60)))
        return {}

    assert run(tally_engine, job, cancelled_half_way) == Outcome.CANCELLED
    assert tally.rows_of(tally_engine, job) == 0
    assert tally.job_of(tally_engine, job).state == "cancelled"
    assert tally.ends_of(tally_engine, job) == ["cancelled"]


def test_cancelling_after_the_last_heartbeat_still_wins(tally_engine):
    job = tally.submit(tally_engine)

    def cancelled_at_the_end(run: JobRun):
        result = tally.write_rows(run)
        cancel(tally_engine, job)
        return result

    assert run(tally_engine, job, cancelled_at_the_end, heartbeat_seconds=60) == (
        Outcome.CANCELLED
    )
    assert tally.rows_of(tally_engine, job) == 0


def test_a_stale_worker_may_not_write(tally_engine):
    job = tally.submit(tally_engine)

    def overtaken(run: JobRun):
        result = tally.write_rows(run)
        # As a worker of another machine does it, which cannot end our connection.
        with transaction(tally_engine) as session:
            session.execute(
                update(Job).where(Job.public_id == job).values(attempt=Job.attempt + 1)
            )
        return result

    assert run(tally_engine, job, overtaken, heartbeat_seconds=60) == Outcome.LOST
    assert tally.rows_of(tally_engine, job) == 0
    assert tally.job_of(tally_engine, job).state == "running"


def test_taking_over_ends_the_connection_of_the_attempt_before(tally_engine):
    job = tally.submit(tally_engine)

    def frozen(run: JobRun):
        tally.write_rows(run)
        let_lease_lapse(tally_engine, job)
        assert claim(tally_engine)
        run.session.execute(select(1))
        pytest.fail("the connection should be gone")

    assert run(tally_engine, job, frozen, heartbeat_seconds=60) == Outcome.LOST
    row = tally.job_of(tally_engine, job)
    assert (row.attempt, row.crashes, row.worker) == (2, 1, "other")


def test_a_job_with_a_living_lease_is_not_taken(tally_engine):
    tally.submit(tally_engine)
    assert claim(tally_engine)

    assert claim(tally_engine) is None


def test_the_monitor_renews_the_lease(tally_engine):
    job = tally.submit(tally_engine)

    def slow(run: JobRun):
        first = tally.job_of(tally_engine, job).lease_until
        wait_until(lambda: tally.job_of(tally_engine, job).lease_until > first)
        assert claim(tally_engine) is None
        return {}

    assert run(tally_engine, job, slow) == Outcome.SUCCEEDED


def test_a_refusal_fails_the_job_in_words_and_cleans_up(tally_engine):
    job = tally.submit(tally_engine)

    def refusing(run: JobRun):
        tally.write_rows(run)
        raise RefusedError(
            "E-DESC",
            "You must enter a description.",
            faults=(Fault("E-DESC", "No description.", line_no=10000),),
        )

    assert run(tally_engine, job, refusing) == Outcome.FAILED
    row = tally.job_of(tally_engine, job)
    assert row.problem == {
        "code": "E-DESC",
        "detail": "You must enter a description.",
        "errors": [{"code": "E-DESC", "detail": "No description.", "line_no": 10000}],
        "links": {},
    }
    assert row.diagnostics is None
    assert tally.rows_of(tally_engine, job) == 0
    assert tally.ends_of(tally_engine, job) == ["failed"]


def test_refused_lines_are_listed_although_the_work_is_undone(tally_engine):
    job = tally.submit(tally_engine)

    def refusing(run: JobRun):
        def record(session):
            session.execute(
                text(
                    "INSERT INTO job_error (job_id, position, subject, code, detail)"
                    " SELECT :id, n, 'C' || n, 'E-X', 'No.' FROM generate_series(1, 7) n"
                ),
                {"id": run.job.id},
            )

        run.record_errors_after_rollback(record)
        raise RefusedError("E-X", "Seven lines are refused.")

    run(tally_engine, job, refusing)

    assert tally.job_of(tally_engine, job).error_count == 7


def test_a_bug_fails_the_job_at_once_with_a_traceback_for_operators(tally_engine):
    job = tally.submit(tally_engine)

    def buggy(run: JobRun):
        tally.write_rows(run)
        return {"share": 1 / 0}

    assert run(tally_engine, job, buggy) == Outcome.FAILED
    row = tally.job_of(tally_engine, job)
    assert row.problem["code"] == "E-INTERNAL"
    assert "ZeroDivisionError" in row.diagnostics
    assert tally.ends_of(tally_engine, job) == ["failed"]


def test_a_broken_clean_up_still_ends_the_job(tally_engine):
    job = tally.submit(tally_engine)

    def broken(session, facts, state):
        raise ValueError(state)

    kinds = {"tally": Kind(step=lambda run: {"x": 1 / 0}, on_end=broken)}
    assert run_job(tally_engine, kinds, tally.terms(), job) == Outcome.FAILED
    row = tally.job_of(tally_engine, job)
    assert "ZeroDivisionError" in row.diagnostics
    assert "ValueError" in row.diagnostics


def test_passing_trouble_is_tried_again_later_and_later(tally_engine):
    job = tally.submit(tally_engine)

    def unlucky(run: JobRun):
        tally.write_rows(run)
        raise TransientError("E-BUSY", "The post office is closed.")

    delays = []
    for _ in range(2):
        assert run(tally_engine, job, unlucky) == Outcome.RETRY_PLANNED
        assert run(tally_engine, job, unlucky) == Outcome.NOTHING_TO_DO
        with transaction(tally_engine) as session:
            delays.append(
                session.scalars(
                    update(Job)
                    .values(run_after=func.now())
                    .returning(text("extract(epoch from old.run_after - now())"))
                ).one()
            )

    assert delays[0] < delays[1]
    assert tally.rows_of(tally_engine, job) == 0
    assert run(tally_engine, job) == Outcome.SUCCEEDED
    assert tally.job_of(tally_engine, job).retries == 2


def test_a_lost_connection_is_passing_trouble(tally_engine):
    job = tally.submit(tally_engine)

    def cut_off(run: JobRun):
        pid = run.session.scalar(select(func.pg_backend_pid()))
        with transaction(tally_engine) as session:
            session.execute(select(func.pg_terminate_backend(pid)))
        return tally.write_rows(run)

    assert run(tally_engine, job, cut_off) == Outcome.RETRY_PLANNED
    assert "retry_planned" in tally.events_of(tally_engine, job)


def test_trouble_that_does_not_pass_ends_the_job(tally_engine):
    job = tally.submit(tally_engine)
    with transaction(tally_engine) as session:
        session.execute(update(Job).values(retries=len(RETRY_DELAYS_SECONDS)))

    def unlucky(run: JobRun):
        raise TransientError("E-BUSY", "The post office is closed.")

    assert run(tally_engine, job, unlucky) == Outcome.FAILED
    assert tally.job_of(tally_engine, job).problem["code"] == "E-JOB-RETRIES"
    assert tally.ends_of(tally_engine, job) == ["failed"]


def test_a_job_that_takes_every_worker_down_is_given_up(tally_engine):
    job = tally.submit(tally_engine)
    for _ in range(MOST_CRASHES + 1):
        assert claim(tally_engine)
        let_lease_lapse(tally_engine, job)

    assert run(tally_engine, job) == Outcome.NOTHING_TO_DO

    row = tally.job_of(tally_engine, job)
    assert (row.state, row.problem["code"]) == ("failed", "E-JOB-CRASHES")
    assert tally.ends_of(tally_engine, job) == ["failed"]


def test_a_shutting_down_worker_hands_the_job_back_unharmed(tally_engine):
    job = tally.submit(tally_engine)
    draining = []

    def told_to_go(run: JobRun):
        draining.append(True)
        run.session.execute(select(func.pg_sleep(60)))

    outcome = run(tally_engine, job, told_to_go, is_draining=lambda: bool(draining))

    row = tally.job_of(tally_engine, job)
    assert outcome == Outcome.HANDED_BACK
    assert (row.state, row.crashes, row.retries) == ("queued", 0, 0)
    assert run(tally_engine, job) == Outcome.SUCCEEDED


def test_a_shutting_down_worker_begins_nothing(tally_engine):
    job = tally.submit(tally_engine)

    outcome = run(tally_engine, job, is_draining=lambda: True)

    assert outcome == Outcome.NOTHING_TO_DO
    assert tally.job_of(tally_engine, job).state == JobState.QUEUED


def test_a_worker_of_an_older_version_leaves_the_job_to_others(tally_engine):
    job = tally.submit(tally_engine)

    assert run_job(tally_engine, {}, tally.terms(), job) == Outcome.RETRY_PLANNED


def test_an_abandoned_job_whose_cancelling_was_asked_for_does_not_begin_again(
    tally_engine,
):
    job = tally.submit(tally_engine)
    claim(tally_engine)
    cancel(tally_engine, job)
    let_lease_lapse(tally_engine, job)

    run(tally_engine, job)

    assert tally.job_of(tally_engine, job).state == "cancelled"
    assert tally.ends_of(tally_engine, job) == ["cancelled"]


def test_notices_of_a_running_statement_become_progress(tally_engine):
    job = tally.submit(tally_engine)
    seen = []

    def announcing(run: JobRun):
        run.session.execute(
            # Ends when others can see the progress it told of: it is still running.
            text(f"""
                DO $$ BEGIN
                    FOR i IN 1..5 LOOP RAISE NOTICE 'rollcall:progress:100'; END LOOP;
                    WHILE (SELECT done FROM job WHERE id = {run.job.id}) < 500 LOOP
                        PERFORM pg_sleep(0.02);
                    END LOOP;
                END $$
            """)  # noqa: S608  a number of our own
        )
        seen.append(tally.job_of(tally_engine, job).done)
        return {}

    assert run(tally_engine, job, announcing) == Outcome.SUCCEEDED
    assert seen == [500]
    assert tally.job_of(tally_engine, job).done == 500


def test_progress_never_falls_when_another_attempt_begins(tally_engine):
    job = tally.submit(tally_engine, rows=4000)
    with transaction(tally_engine) as session:
        session.execute(update(Job).values(done=2500))
    seen = []

    def peeking(run: JobRun):
        run.progress.done(10)
        run.session.execute(select(func.pg_sleep(0.3)))
        seen.append(tally.job_of(tally_engine, job).done)
        return tally.write_rows(run)

    run(tally_engine, job, peeking)

    assert seen == [2500]
    assert tally.job_of(tally_engine, job).done == 4000


def test_a_commit_whose_answer_got_lost_counts_as_what_it_was(tally_engine):
    job = tally.submit(tally_engine)

    class AnswerLostError(Exception):
        pass

    def commit_then_lose_the_answer(session):
        raise AnswerLostError

    def listen(run: JobRun):
        event.listen(run.session, "after_commit", commit_then_lose_the_answer)
        return tally.write_rows(run)

    assert run(tally_engine, job, listen) == Outcome.SUCCEEDED
    assert tally.rows_of(tally_engine, job) == 3000
