"""Whose turn it is: no one's many jobs, and no long one, keep others waiting."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, text, update
from sqlalchemy.dialects import postgresql

from core.access.actor import Actor
from core.database import transaction
from core.jobs.claim import claim_next_job
from core.jobs.models import Job, PausedQueue
from core.jobs.next_job import in_turn
from core.jobs.request import request_job
from core.jobs.sweep import unkept_promises
from tests import factories
from tests.support import tally


@pytest.fixture
def submit(own_engine):
    """A job of somebody; its title."""

    def submit(by="anna", kind="tally", **values):
        actor = Actor(1, by, "marketer", "", factories.WORK_DATE)
        with transaction(own_engine) as session:
            number = session.query(Job).count() + 1
            job = request_job(
                session,
                actor,
                kind=kind,
                title=f"{by} {number}",
                subject=None,
                arguments={},
            )
            for name, value in values.items():
                setattr(job, name, value)
            return job.title

    return submit


@pytest.fixture
def claim(own_engine):
    """What a free slot begins: the title, or None."""

    def claim(limits=(), lease_seconds=60):
        terms = tally.terms(lease_seconds=lease_seconds)
        with transaction(own_engine) as session:
            claimed = claim_next_job(session, terms, dict(limits))
            return claimed and claimed.job.title

    return claim


@pytest.fixture
def finish(own_engine):
    def finish(title):
        with transaction(own_engine) as session:
            session.execute(
                update(Job)
                .where(Job.title == title)
                .values(state="succeeded", finished_at=func.now(), lease_until=None)
            )

    return finish


def test_the_oldest_goes_first(submit, claim):
    first, second = submit(), submit()

    assert [claim(), claim(), claim()] == [first, second, None]


def test_a_hundred_jobs_of_one_do_not_starve_another(submit, claim):
    hundred = [submit("anna") for _ in range(100)]
    one = submit("bo")

    assert [claim(), claim(), claim()] == [hundred[0], one, hundred[1]]


def test_with_a_single_slot_people_take_turns(submit, claim, finish):
    for _ in range(3):
        submit("anna")
        submit("bo")
    submit("cleo")
    begun = []

    for _ in range(7):
        begun.append(claim())
        finish(begun[-1])

    people = [title.split()[0] for title in begun]
    assert people == ["anna", "bo", "cleo", "anna", "bo", "anna", "bo"]


def test_small_jobs_behind_a_long_one_begin_as_soon_as_a_slot_is_free(submit, claim):
    long = submit("anna", planned=1_000_000)
    assert claim() == long

    small = [submit("anna", planned=10) for _ in range(10)]

    assert [claim() for _ in range(10)] == small


def test_a_higher_priority_goes_before_everybody(submit, claim):
    submit("anna")
    late = submit("bo", priority=-10)
    submit("anna")

    assert [claim(), claim(), claim()][-1] == late


def test_a_kind_never_passes_its_limit(submit, claim, finish):
    limits = {"import": 1}
    first, second = submit(kind="import"), submit(kind="import")
    other = submit(kind="tally")

    assert [claim(limits), claim(limits), claim(limits)] == [first, other, None]
    finish(first)
    assert claim(limits) == second


def test_a_lapsed_lease_neither_counts_nor_keeps_the_kind_away(submit, claim):
    limits = {"import": 1}
    first = submit(kind="import")
    claim(limits, lease_seconds=-1)

    assert claim(limits) == first


def test_many_who_claim_at_once_keep_the_limit(submit, claim, own_engine):
    for _ in range(8):
        submit(kind="import")
    begun, together = [], Barrier(6)

    def a_slot():
        together.wait()
        begun.append(claim({"import": 2}))

    slots = [Thread(target=a_slot) for _ in range(6)]
    for slot in slots:
        slot.start()
    for slot in slots:
        slot.join()

    assert sum(title is not None for title in begun) == 2


def test_nothing_is_taken_from_a_paused_queue(submit, claim, own_engine):
    title = submit()
    with transaction(own_engine) as session:
        session.add(PausedQueue(name="jobs", paused_by="otto"))

    assert claim() is None
    with transaction(own_engine) as session:
        assert unkept_promises(session, {}) == []
        session.execute(text("DELETE FROM paused_queue"))
    assert claim() == title


def test_the_sweep_rings_for_nothing_that_has_no_room(submit, claim, own_engine):
    submit(kind="import")
    submit(kind="import")
    claim({"import": 1})

    with transaction(own_engine) as session:
        assert unkept_promises(session, {"import": 1}) == []
        assert len(unkept_promises(session, {})) == 1


def test_a_worker_frozen_while_it_claims_keeps_the_others_away_for_seconds_only(
    submit, claim, own_engine
):
    title = submit()
    with transaction(own_engine) as frozen:
        claim_next_job(frozen, tally.terms(), {})
        timeout = frozen.scalar(
            text("SELECT current_setting('idle_in_transaction_session_timeout')")
        )
        frozen.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1s'"))
        taken = []
        other = Thread(target=lambda: taken.append(claim()))
        other.start()
        other.join()
        frozen.invalidate()

    assert timeout == "10s"
    assert taken == [title]


def test_a_claim_reads_each_of_ten_thousand_jobs_once(own_engine, claim):
    """So it takes milliseconds, whatever waits and whatever was done lately."""
    with transaction(own_engine) as session:
        session.execute(
            text(
                "INSERT INTO job (kind, title, arguments, work_date, requested_by,"
                " state, finished_at)"
                " SELECT 'tally', n, '{}', now(), 'user ' || n % 50, state, at"
                " FROM generate_series(1, 10000) AS n,"
                " (VALUES ('queued', NULL), ('succeeded', now())) AS v (state, at)"
            )
        )
        session.execute(text("ANALYZE job"))
    assert claim() == "1"

    nodes = list(_nodes(_plan(own_engine)))

    repeated = [
        node
        for node in nodes
        if node["Actual Loops"] > 1 and node["Node Type"] != "CTE Scan"
    ]
    assert any(node.get("Relation Name") == "job" for node in nodes)
    assert repeated == []


def _plan(engine):
    statement = in_turn({"import": 1}).limit(1)
    compiled = statement.compile(
        dialect=postgresql.psycopg.dialect(), compile_kwargs={"literal_binds": True}
    )
    with transaction(engine) as session:
        (found,) = session.execute(
            text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}".replace(":", r"\:"))
        ).one()
    return found[0]["Plan"]


def _nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
