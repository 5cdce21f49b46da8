"""A log of many lines whose worker is killed in the middle: nothing, then all, once."""

import signal
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text

from core import kinds
from core.database import transaction
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.cancel import request_cancel
from core.jobs.models import Job
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.models import Segment, SegmentLine
from core.segments.request_log import request_log
from tests import factories
from tests.support import one_log, programs
from tests.support.programs import wait_until
from web.nudge import BrokerNudge

pytestmark = pytest.mark.crash

LINES = 200_000

MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, salesperson_code, company_id)"
    " SELECT n, 'C' || lpad(n::text, 7, '0'), 0, 'Company ' || n, 'JR', n"
    " FROM generate_series(1, :lines) n"
)
# What stops a log in its middle, and goes on when the test lets go.
STOP_AT_ONE_LINE = text("""
    CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(7);
        RETURN NEW;
    END $$;
    CREATE TRIGGER stop_here BEFORE INSERT ON interaction_log_entry FOR EACH ROW
        WHEN (NEW.segment_line_no = 1500000000) EXECUTE FUNCTION stop_here();
""")
HOLD = text("SELECT pg_advisory_xact_lock(7)")


@pytest.fixture
def segment_no(own_engine) -> str:
    """A segment of 200 000 lines, ready to be logged."""
    with transaction(own_engine) as session:
        actor = factories.actor(salesperson_code="JR")
        factories.marketing_setup(session)
        factories.salesperson(session, "JR")
        template = factories.template(session, description="Golf event")
        session.execute(MANY_CONTACTS, {"lines": LINES})
        segment = factories.segment(
            session, actor, description="Spring", interaction_template_code=template
        )
        add_contacts(session, actor, segment, {}, ActionOptions())
        return segment.no


@pytest.fixture
def job(own_engine, segment_no) -> Job:
    with transaction(own_engine) as session:
        actor = factories.actor(salesperson_code="JR")
        return request_log(session, actor, segment_no, create_follow_up=True)


def now_of(engine, job: Job) -> Job:
    with transaction(engine) as session:
        return session.get_one(Job, job.id)


def count(engine, what) -> int:
    with transaction(engine) as session:
        return session.execute(select(func.count()).select_from(what)).scalar_one()


@contextmanager
def held_in_the_middle(engine, job: Job):
    """The log stops at one of its lines, in the middle of its one statement, until we
    leave or it is made to end."""
    with transaction(engine) as session:
        session.execute(STOP_AT_ONE_LINE)
    with transaction(engine) as session:
        session.execute(HOLD)
        yield lambda: wait_until(lambda: is_half_way(engine, job))


def is_half_way(engine, job: Job) -> bool:
    row = now_of(engine, job)
    assert row.state in {"queued", "running"}, row.problem
    return 0 < row.done < row.planned


def test_a_killed_log_shows_nothing_and_then_everything_once(
    own_engine, own_database, redis_url, tmp_path, job
):
    def worker():
        return programs.worker(
            tmp_path, own_database, redis_url, application="worker.app"
        )

    with worker() as first, held_in_the_middle(own_engine, job) as wait_for_it:
        BrokerNudge(redis_url).ring(job.public_id)
        wait_for_it()
        first.send(signal.SIGKILL)
        first.process.wait()
    with transaction(own_engine) as session:
        session.execute(one_log.LET_LEASE_LAPSE, {"job": job.public_id})
    assert count(own_engine, InteractionLogEntry) == 0
    assert count(own_engine, LoggedSegment) == 0
    with (
        worker(),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        wait_until(lambda: now_of(own_engine, job).state == "succeeded")

    contacts = select(InteractionLogEntry.contact_id).distinct().subquery()
    assert count(own_engine, InteractionLogEntry) == LINES
    assert count(own_engine, contacts) == LINES
    assert count(own_engine, LoggedSegment) == 1
    assert count(own_engine, SegmentLine) == LINES
    row = now_of(own_engine, job)
    assert (row.attempt, row.result["logged"]) == (2, LINES)


def test_a_cancelled_log_stops_in_its_statement_and_leaves_the_segment_as_it_was(
    own_engine, own_database, redis_url, tmp_path, job, segment_no
):
    with (
        programs.worker(tmp_path, own_database, redis_url, application="worker.app"),
        held_in_the_middle(own_engine, job) as wait_for_it,
    ):
        BrokerNudge(redis_url).ring(job.public_id)
        wait_for_it()
        with transaction(own_engine) as session:
            request_cancel(session, factories.actor(), job.public_id, kinds.KINDS)
        wait_until(lambda: now_of(own_engine, job).state == "cancelled")

    assert count(own_engine, InteractionLogEntry) == 0
    with transaction(own_engine) as session:
        segment = session.scalars(select(Segment)).one()
        assert (segment.no, segment.frozen_by_job_id) == (segment_no, None)
