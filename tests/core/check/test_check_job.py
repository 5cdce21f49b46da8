import pytest
from sqlalchemy import text

from core import kinds
from core.access.models import AuditEvent
from core.check.check_job import request_check
from core.check.rules import RULES
from core.database import transaction
from core.errors import ConflictError
from core.jobs.runner import Outcome, run_job
from tests import factories
from tests.support import tally


def promise(engine):
    with transaction(engine) as session:
        return request_check(session, factories.actor()).public_id


def test_the_job_succeeds_and_tells_that_everything_holds(own_engine):
    job = promise(own_engine)

    assert run_job(own_engine, kinds.KINDS, tally.terms(), job) == Outcome.SUCCEEDED

    row = tally.job_of(own_engine, job)
    assert row.result["sound"] is True
    assert len(row.result["rules"]) == row.done == row.planned == len(RULES)


def test_the_job_succeeds_and_tells_what_is_broken(own_engine):
    with transaction(own_engine) as session:
        session.execute(text("INSERT INTO segment_line VALUES (1, 10000, 1, 1)"))
    job = promise(own_engine)

    run_job(own_engine, kinds.KINDS, tally.terms(), job)

    result = tally.job_of(own_engine, job).result
    broken = {rule["name"]: rule["keys"] for rule in result["rules"] if rule["broken"]}
    assert result["sound"] is False
    assert broken == {
        "segment-line-segment": ["segment with id 1, line 10000"],
        "segment-line-contact": ["segment ? line 10000: contact with id 1"],
    }


def test_one_check_at_a_time_and_an_audit_row_for_it(own_engine):
    promise(own_engine)

    with pytest.raises(ConflictError, match="not finished yet"):
        promise(own_engine)

    with transaction(own_engine) as session:
        (event,) = session.query(AuditEvent).all()
    assert (event.action, event.username) == ("database.check", "anna")


def test_an_interrupted_check_is_asked_to_stop_between_rules(own_engine):
    job = promise(own_engine)

    outcome = run_job(
        own_engine,
        kinds.KINDS,
        tally.terms(heartbeat_seconds=0.001, is_draining=drained_after_a_while()),
        job,
    )

    assert outcome == Outcome.HANDED_BACK


def drained_after_a_while():
    """Not at the claim, but with the first heartbeat."""
    asked = iter([False])
    return lambda: next(asked, True)
