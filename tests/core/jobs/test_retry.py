from uuid import uuid4

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.access.models import AuditEvent
from core.database import transaction
from core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from core.jobs.models import Job
from core.jobs.retry import request_retry
from core.jobs.run import JobRun
from core.jobs.runner import Outcome, run_job
from tests import factories
from tests.support import tally

OTTO = Actor(7, "otto", "operator", "", factories.WORK_DATE)


def refusing(run: JobRun):
    raise RefusedError("E-X", "No.")


@pytest.fixture
def failed(tally_engine):
    """A job of Anna's that has failed."""
    job = tally.submit(tally_engine, rows=7)
    kinds = tally.kinds(refusing)
    assert run_job(tally_engine, kinds, tally.terms(), job) == Outcome.FAILED
    return job


def retry(engine, job, actor=OTTO, kinds=tally.KINDS):
    with transaction(engine) as session:
        return request_retry(session, actor, job, kinds)


def test_the_same_work_is_promised_anew_and_the_old_job_stays(tally_engine, failed):
    again = retry(tally_engine, failed)

    assert run_job(tally_engine, tally.KINDS, tally.terms(), again.public_id) == (
        Outcome.SUCCEEDED
    )
    assert tally.rows_of(tally_engine, again.public_id) == 7
    assert tally.job_of(tally_engine, failed).state == "failed"
    assert tally.events_of(tally_engine, failed)[-1] == "started_again"


def test_whoever_starts_it_again_it_is_the_job_of_who_asked_first(tally_engine, failed):
    again = retry(tally_engine, failed)

    assert again.requested_by == "anna"
    with transaction(tally_engine) as session:
        audit = session.scalars(select(AuditEvent)).one()
    assert (audit.username, audit.action) == ("otto", "job.retry")
    assert audit.detail == {"job": str(failed), "again": str(again.public_id)}


def test_somebody_who_has_nothing_to_do_with_it_may_not(tally_engine, failed):
    bo = Actor(8, "bo", "marketer", "", factories.WORK_DATE)

    with pytest.raises(ForbiddenError, match="operator or administrator"):
        retry(tally_engine, failed, bo)


def test_what_is_not_over_is_not_started_again(tally_engine):
    with pytest.raises(ConflictError, match="is queued"):
        retry(tally_engine, tally.submit(tally_engine))


def test_an_unknown_job_cannot_be_started_again(tally_engine):
    with pytest.raises(NotFoundError), transaction(tally_engine) as session:
        request_retry(session, OTTO, uuid4(), tally.KINDS)


def test_a_kind_that_is_unknown_here_is_not_started_again(tally_engine, failed):
    with pytest.raises(ConflictError):
        retry(tally_engine, failed, kinds={})
    with transaction(tally_engine) as session:
        assert len(session.scalars(select(Job)).all()) == 1
