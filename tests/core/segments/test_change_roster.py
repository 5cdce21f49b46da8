"""Large criteria actions are jobs, with the promises of every job."""

from contextlib import nullcontext
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.run import Kind
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.bulk import every_row_meant
from core.segments.change_roster import (
    JOB_KINDS,
    MANY,
    RosterChange,
    change_roster,
    change_roster_as_job,
)
from core.segments.editing import open_for_editing
from core.segments.frozen import unfreeze
from core.segments.go_back import go_back
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind
from tests import factories
from tests.support.many import add_many_contacts
from tests.support.queries import counted_queries

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)
OF_JR = {"contact": {"salesperson_code": ["JR"]}}
ALL_KINDS = list(ActionKind)


def change(kind, **values):
    return RosterChange(kind, OF_JR, ActionOptions(), **values)


@pytest.fixture
def engine_of_own(own_engine):
    """Segment SM1 with C1…C6; C1…C3 are JR's, and so are C7, C8, who are not in it."""
    with transaction(own_engine) as session:
        for number in range(1, 9):
            factories.company(
                session,
                no=f"C{number}",
                salesperson_code="BC" if number in {4, 5, 6} else "JR",
            )
        session.add(Segment(no="SM1"))
        session.flush()
        up_to_6 = {"contact": {"no": {"to": "C6"}}}
        first = RosterChange(ActionKind.ADD_CONTACTS, up_to_6, ActionOptions())
        change_roster(session, factories.actor(), "SM1", first)
    return own_engine


LINES_AFTER = {
    ActionKind.ADD_CONTACTS: 8,
    ActionKind.REDUCE_CONTACTS: 3,
    ActionKind.REFINE_CONTACTS: 3,
}


def promise(engine, kind, **values) -> UUID:
    with transaction(engine) as session:
        job = change_roster(
            session, factories.actor(), "SM1", change(kind, **values), at_once=0
        )
        assert isinstance(job, Job)
        return job.public_id


def job_of(engine, public_id) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def state_of(engine):
    """Head, lines in force, actions, and whether a job holds the segment."""
    with transaction(engine) as session:
        segment = session.scalars(select(Segment)).one()
        lines = session.scalar(
            select(func.count()).where(
                SegmentLine.added_by <= segment.head, SegmentLine.removed_by.is_(None)
            )
        )
        actions = session.scalar(select(func.count(SegmentAction.action_no)))
        return segment.head, lines, actions, segment.frozen_by_job_id is not None


UNTOUCHED = (1, 6, 1, False)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_job_changes_the_roster_and_gives_the_segment_back(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    assert state_of(engine_of_own) == (1, 6, 1, True)

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.SUCCEEDED

    found = job_of(engine_of_own, job)
    assert state_of(engine_of_own) == (2, LINES_AFTER[kind], 2, False)
    assert found.kind == JOB_KINDS[kind]
    assert found.result["no_of_lines"] == LINES_AFTER[kind]
    assert (found.planned, found.done) == (found.result["lines_changed"],) * 2


CHANGED_BY = {
    ActionKind.ADD_CONTACTS: 2,
    ActionKind.REDUCE_CONTACTS: 3,
    ActionKind.REFINE_CONTACTS: 3,
}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_what_the_user_was_told_is_counted_no_second_time(engine_of_own, kind):
    job = promise(engine_of_own, kind, expected=CHANGED_BY[kind])
    phases = []

    def change_and_tell(run):
        tell = run.progress.phase

        def hear(name):
            phases.append(name)
            tell(name)

        run.progress.phase = hear
        return change_roster_as_job(run)

    told = {JOB_KINDS[kind]: Kind(change_and_tell, on_end=unfreeze)}
    assert run_job(engine_of_own, told, TERMS, job) == Outcome.SUCCEEDED

    found = job_of(engine_of_own, job)
    assert "counting" not in phases
    assert (found.planned, found.done) == (CHANGED_BY[kind],) * 2


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_second_delivery_changes_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    run_job(engine_of_own, KINDS, TERMS, job)
    after = state_of(engine_of_own)

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO
    assert state_of(engine_of_own) == after


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_job_cancelled_while_it_waits_gives_the_segment_back(engine_of_own, kind):
    job = promise(engine_of_own, kind)

    with transaction(engine_of_own) as session:
        request_cancel(session, factories.actor(), job, KINDS)

    assert state_of(engine_of_own) == UNTOUCHED


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_job_cancelled_in_the_middle_leaves_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)

    def change_and_linger(run):
        change_roster_as_job(run)
        with transaction(engine_of_own) as session:
            request_cancel(session, factories.actor(), job, KINDS)
        run.session.execute(text("SELECT pg_sleep(20)"))
        return {}

    lingering = {JOB_KINDS[kind]: Kind(change_and_linger, on_end=unfreeze)}

    assert run_job(engine_of_own, lingering, TERMS, job) == Outcome.CANCELLED
    assert state_of(engine_of_own) == UNTOUCHED


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_worker_whose_job_was_taken_over_writes_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)

    def change_while_it_is_taken_over(run):
        result = change_roster_as_job(run)
        with transaction(engine_of_own) as session:
            session.execute(text("UPDATE job SET attempt = attempt + 1"))
        return result

    stale = {JOB_KINDS[kind]: Kind(change_while_it_is_taken_over, on_end=unfreeze)}
    run_job(engine_of_own, stale, TERMS, job)

    assert state_of(engine_of_own) == (1, 6, 1, True)
    assert job_of(engine_of_own, job).state == JobState.RUNNING


def test_a_frozen_segment_leads_to_its_job(engine_of_own):
    job = promise(engine_of_own, ActionKind.ADD_CONTACTS)

    with (
        pytest.raises(ConflictError) as refused,
        transaction(engine_of_own) as session,
    ):
        open_for_editing(session, "SM1")

    assert (refused.value.code, refused.value.links) == ("E-FROZEN", {"job": str(job)})


def test_a_small_change_answers_at_once(engine_of_own):
    with transaction(engine_of_own) as session:
        done = change_roster(
            session,
            factories.actor(),
            "SM1",
            change(ActionKind.REDUCE_CONTACTS),
            at_once=3,
        )

    assert isinstance(done, SegmentAction)
    assert state_of(engine_of_own) == (2, 3, 2, False)


def test_a_job_can_be_gone_back_from(engine_of_own):
    run_job(
        engine_of_own, KINDS, TERMS, promise(engine_of_own, ActionKind.REFINE_CONTACTS)
    )

    with transaction(engine_of_own) as session:
        go_back(session, open_for_editing(session, "SM1"))

    assert state_of(engine_of_own)[0] == 1


def test_another_number_than_was_seen_fails_the_job_and_changes_nothing(engine_of_own):
    job = promise(engine_of_own, ActionKind.REDUCE_CONTACTS, expected=2)

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.FAILED

    assert job_of(engine_of_own, job).problem["code"] == "E-COUNT"
    assert state_of(engine_of_own) == UNTOUCHED


def test_a_filter_that_is_none_is_refused_before_there_is_a_job(engine_of_own):
    wrong = RosterChange(
        ActionKind.ADD_CONTACTS, {"contact": {"shoe_size": "44"}}, ActionOptions()
    )

    with (
        pytest.raises(RefusedError, match="no field to filter by"),
        transaction(engine_of_own) as session,
    ):
        change_roster(session, factories.actor(), "SM1", wrong, at_once=0)

    assert state_of(engine_of_own) == UNTOUCHED


def test_a_segment_that_becomes_empty_loses_its_criteria(engine_of_own):
    everybody = RosterChange(ActionKind.REDUCE_CONTACTS, {}, ActionOptions())
    with transaction(engine_of_own) as session:
        job = change_roster(session, factories.actor(), "SM1", everybody, at_once=0)

    run_job(engine_of_own, KINDS, TERMS, job.public_id)

    assert state_of(engine_of_own) == (0, 0, 0, False)


@pytest.mark.parametrize("at_once", [20_000, 0])
def test_the_planner_knows_of_the_lines_at_once(own_engine, at_once):
    with transaction(own_engine) as session:
        add_many_contacts(session, 2 * MANY, ["JR"])
        session.add(Segment(no="SM1"))
        session.flush()
        everybody = RosterChange(ActionKind.ADD_CONTACTS, {}, ActionOptions())
        done = change_roster(
            session, factories.actor(), "SM1", everybody, at_once=at_once
        )
    if isinstance(done, Job):
        run_job(own_engine, KINDS, TERMS, done.public_id)

    with transaction(own_engine) as session:
        segment_id = session.scalar(select(Segment.id).filter_by(no="SM1"))
        (first, *_) = session.scalars(
            text("EXPLAIN SELECT FROM segment_line WHERE segment_id = :id"),
            {"id": segment_id},
        )
    assert f"rows={2 * MANY} " in first


@pytest.mark.parametrize("every_row", [True, False])
def test_an_add_numbers_its_contacts_once(session, every_row):
    """A window that is named several times with parameters is computed as often."""
    segment = Segment(no="SM1")
    session.add(segment)
    session.flush()
    meant = every_row_meant(session) if every_row else nullcontext()
    with meant, counted_queries(session.get_bind().engine) as statements:
        add_contacts(session, factories.actor(), segment, OF_JR, ActionOptions())

    (added,) = [each for each in statements if "INSERT INTO segment_line" in each]
    companies, contacts = 1, 1
    assert added.count("row_number()") == companies + contacts


def updates_of_lines(session) -> dict[str, int]:
    """What this connection has not handed in to the statistics yet."""
    counted = text(
        'SELECT n_tup_upd AS "all", n_tup_hot_upd AS "heap only"'
        " FROM pg_stat_xact_user_tables WHERE relname = 'segment_line'"
    )
    return dict(session.execute(counted).mappings().one())


def test_no_index_learns_of_the_lines_that_a_step_takes_out(own_engine):
    half = {"contact": {"language_code": ["DEU", "ENU"]}}
    with transaction(own_engine) as session:
        add_many_contacts(session, 2 * MANY, ["JR"])
        session.add(Segment(no="SM1"))
        session.flush()
        everybody = RosterChange(ActionKind.ADD_CONTACTS, {}, ActionOptions())
        change_roster(session, factories.actor(), "SM1", everybody)

    with transaction(own_engine) as session:
        before = updates_of_lines(session)
        out = RosterChange(ActionKind.REDUCE_CONTACTS, half, ActionOptions())
        change_roster(session, factories.actor(), "SM1", out)
        after = updates_of_lines(session)

    assert after["all"] - before["all"] == MANY
    assert after["heap only"] - before["heap only"] == MANY
