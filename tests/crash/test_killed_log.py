"""A log of many lines whose worker is killed in the middle: nothing, then all, once."""

import signal

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
from tests.support import programs
from tests.support.programs import wait_until
from web.nudge import BrokerNudge

pytestmark = pytest.mark.crash

LINES = 200_000

MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, salesperson_code, company_id)"
    " SELECT n, 'C' || lpad(n::text, 7, '0'), 0, 'Company ' || n, 'JR', n"
    " FROM generate_series(1, :lines) n"
)


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

    with worker() as first:
        BrokerNudge(redis_url).ring(job.public_id)
        wait_until(lambda: is_half_way(own_engine, job))
        first.send(signal.SIGKILL)
    assert count(own_engine, InteractionLogEntry) == 0
    assert count(own_engine, LoggedSegment) == 0
    with (
        worker(),
        programs.beat(tmp_path, own_database, redis_url),
    ):
        wait_until(lambda: now_of(own_engine, job).state == "succeeded", seconds=90)

    contacts = select(InteractionLogEntry.contact_id).distinct().subquery()
    assert count(own_engine, InteractionLogEntry) == LINES
    assert count(own_engine, contacts) == LINES
    assert count(own_engine, LoggedSegment) == 1
    assert count(own_engine, SegmentLine) == LINES
    row = now_of(own_engine, job)
    assert (row.attempt, row.result["logged"]) == (2, LINES)


def test_a_cancelled_log_leaves_the_segment_as_it_was(
    own_engine, own_database, redis_url, tmp_path, job, segment_no
):
    with programs.worker(tmp_path, own_database, redis_url, application="worker.app"):
        BrokerNudge(redis_url).ring(job.public_id)
        wait_until(lambda: is_half_way(own_engine, job))
        with transaction(own_engine) as session:
            request_cancel(session, factories.actor(), job.public_id, kinds.KINDS)
        wait_until(lambda: now_of(own_engine, job).state == "cancelled", seconds=5)

    assert count(own_engine, InteractionLogEntry) == 0
    with transaction(own_engine) as session:
        segment = session.scalars(select(Segment)).one()
        assert (segment.no, segment.frozen_by_job_id) == (segment_no, None)
