"""The connection to PostgreSQL breaks exactly when a COMMIT is on its way."""

from threading import Thread

import pytest
from sqlalchemy import text

from core import kinds
from core.database import make_engine, transaction
from core.jobs.models import Job
from core.jobs.monitor import Terms
from core.jobs.runner import Outcome, run_job
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.request_log import request_log
from tests import factories
from tests.support import ledger
from tests.support.cutting_proxy import Fate, cutting
from tests.support.programs import wait_until
from tests.support.soundness import assert_sound

pytestmark = [pytest.mark.crash]

LINES = 50
JOBS_IN_CI = 40
SHARE_CUT = 0.25


@pytest.fixture
def segment_no(own_engine) -> str:
    with transaction(own_engine) as session:
        actor = factories.actor(salesperson_code="JR")
        factories.marketing_setup(session)
        factories.salesperson(session)
        template = factories.template(session)
        for _ in range(LINES):
            factories.company(session, salesperson_code="JR")
        segment = factories.segment(
            session, actor, description="Spring", interaction_template_code=template
        )
        add_contacts(session, actor, segment, {}, ActionOptions())
        return segment.no


def terms(worker: str, lease_seconds: float = 1.0) -> Terms:
    return Terms(worker, lease_seconds, heartbeat_seconds=0.05)


def press_log(engine, segment_no: str) -> Job:
    with transaction(engine) as session:
        actor = factories.actor(salesperson_code="JR")
        return request_log(session, actor, segment_no, create_follow_up=True)


def now_of(engine, job: Job) -> Job:
    with transaction(engine) as session:
        return session.get_one(Job, job.id)


def assert_logged_once(engine, job: Job) -> None:
    found = now_of(engine, job)
    assert (found.state, found.result["logged"]) == ("succeeded", LINES)
    assert ledger.count(engine, "interaction_log_entry") == LINES
    assert ledger.count(engine, "logged_segment") == 1
    with transaction(engine) as session:
        assert_sound(session)


def only_work(fate: Fate):
    """Only the COMMIT of a job's work meets this fate."""
    return lambda commit: fate if commit.is_of_work else Fate.PASSES


def run_through(database_url: str, fate: Fate, job: Job) -> Outcome:
    with cutting(database_url, only_work(fate)) as proxy:
        engine = make_engine(proxy.url)
        try:
            return run_job(engine, kinds.KINDS, terms("cut off"), job.public_id)
        finally:
            engine.dispose()
            assert fate in proxy.fates


def test_a_commit_whose_answer_got_lost_counts_as_done(
    own_engine, own_database, segment_no
):
    job = press_log(own_engine, segment_no)

    outcome = run_through(own_database, Fate.CUT_AFTER, job)

    assert outcome == Outcome.SUCCEEDED
    assert_logged_once(own_engine, job)


def test_a_commit_that_got_lost_itself_is_tried_again(
    own_engine, own_database, segment_no
):
    job = press_log(own_engine, segment_no)

    outcome = run_through(own_database, Fate.CUT_BEFORE, job)

    assert outcome == Outcome.RETRY_PLANNED
    assert ledger.count(own_engine, "interaction_log_entry") == 0
    run_at_once(own_engine, job)
    assert_logged_once(own_engine, job)


def test_a_worker_that_vanishes_in_its_commit_is_taken_over(
    own_engine, own_database, segment_no
):
    """Its host lost power, say: the server waits for it with the job's row locked."""
    job = press_log(own_engine, segment_no)

    with cutting(own_database, only_work(Fate.HELD)) as proxy:
        vanished = make_engine(proxy.url)
        work = Thread(
            target=run_job,
            args=[vanished, kinds.KINDS, terms("vanished"), job.public_id],
            daemon=True,
        )
        work.start()
        wait_until(lambda: Fate.HELD in proxy.fates)
        wait_until(lambda: run_at_once(own_engine, job))
    work.join()
    vanished.dispose()

    assert_logged_once(own_engine, job)
    assert now_of(own_engine, job).attempt == 2


def run_at_once(engine, job: Job) -> bool:
    """Another worker hears a ring, without waiting for a retry's time to come."""
    with transaction(engine) as session:
        session.execute(text("UPDATE job SET run_after = now() WHERE state = 'queued'"))
    outcome = run_job(engine, kinds.KINDS, terms("sound"), job.public_id)
    return outcome == Outcome.SUCCEEDED
