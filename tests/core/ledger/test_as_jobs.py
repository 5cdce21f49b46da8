"""What is large is a job, with the promises of every job."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.campaigns.models import CampaignEntry
from core.database import transaction
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.retry import request_retry
from core.jobs.run import Kind
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.cancel_entries import set_entries_canceled, set_entry_canceled
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_campaign_entries import delete_canceled_campaign_entries
from core.ledger.delete_canceled import delete_canceled_entries, delete_canceled_logs
from core.ledger.evaluate_entries import Verdict, evaluate_entries, evaluate_entry
from core.ledger.undo_log import undo_log
from core.segments.models import Segment, SegmentLine
from core.vocabulary import Evaluation
from tests import factories
from tests.core.segments.logging import log
from tests.support.soundness import assert_sound

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)
CANCEL, REVIVE = Change(canceled=True), Change(canceled=False)
OF_LOG = {"logged_segment_entry_no": 1}
NEUTRAL = Verdict(Evaluation.NEUTRAL)


class Deed(NamedTuple):
    kind: str
    request: Callable[..., object]
    begins_canceled: bool
    after: tuple[int, ...]
    "Logged segments, entries, canceled and evaluated ones, canceled campaign entries, "
    "segment lines."


AS_LOGGED = (1, 3, 0, 0, 0, 0)
AS_CANCELED = (1, 3, 3, 0, 1, 0)

DEEDS = [
    Deed(
        "cancel_logged_segment",
        lambda s, a: set_log_canceled(s, a, 1, CANCEL, at_once=0),
        begins_canceled=False,
        after=AS_CANCELED,
    ),
    Deed(
        "uncancel_logged_segment",
        lambda s, a: set_log_canceled(s, a, 1, REVIVE, at_once=0),
        begins_canceled=True,
        after=AS_LOGGED,
    ),
    Deed(
        "cancel_campaign_entry",
        lambda s, a: set_campaign_entry_canceled(s, a, "CP1", 1, CANCEL, at_once=0),
        begins_canceled=False,
        after=AS_CANCELED,
    ),
    Deed(
        "uncancel_campaign_entry",
        lambda s, a: set_campaign_entry_canceled(s, a, "CP1", 1, REVIVE, at_once=0),
        begins_canceled=True,
        after=AS_LOGGED,
    ),
    Deed(
        "cancel_entries",
        lambda s, a: set_entries_canceled(s, a, OF_LOG, CANCEL, at_once=0),
        begins_canceled=False,
        after=(1, 3, 3, 0, 0, 0),
    ),
    Deed(
        "evaluate_entries",
        lambda s, a: evaluate_entries(s, a, OF_LOG, NEUTRAL, at_once=0),
        begins_canceled=True,
        after=(1, 3, 3, 3, 1, 0),
    ),
    Deed(
        "delete_canceled_entries",
        lambda s, a: delete_canceled_entries(s, a, {}, at_once=0),
        begins_canceled=True,
        after=(1, 0, 0, 0, 1, 0),
    ),
    Deed(
        "delete_canceled_logged_segments",
        lambda s, a: delete_canceled_logs(s, a, {}, at_once=0),
        begins_canceled=True,
        after=(0, 3, 3, 0, 1, 0),
    ),
    Deed(
        "delete_canceled_campaign_entries",
        lambda s, a: delete_canceled_campaign_entries(s, a, "CP1", {}, at_once=0),
        begins_canceled=True,
        after=(1, 0, 0, 0, 0, 0),
    ),
    Deed(
        "undo_log",
        lambda s, a: undo_log(s, a, 1, at_once=0),
        begins_canceled=False,
        after=(1, 3, 3, 0, 1, 3),
    ),
]
each_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.kind)


@pytest.fixture
def engine_of_own(own_engine):
    """Logged segment 1 of campaign CP1, with three entries."""
    actor = factories.actor()
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        factories.campaign(session, "CP1")
        segment = factories.segment(
            session,
            actor,
            description="Spring",
            salesperson_code=factories.salesperson(session, "JR"),
            interaction_template_code=factories.template(session, "GOLF"),
            campaign_no="CP1",
        )
        for _ in range(3):
            factories.line(session, actor, segment, factories.company(session))
        log(session, actor, segment)
        # The job belongs to the test; the logged segment stands for itself.
        session.execute(text("UPDATE logged_segment SET job_id = NULL"))
        session.execute(text("DELETE FROM job_event"))
        session.execute(text("DELETE FROM job"))
    return own_engine


def promise(engine, deed) -> UUID:
    with transaction(engine) as session:
        if deed.begins_canceled:
            set_log_canceled(session, factories.actor(), 1, CANCEL)
    with transaction(engine) as session:
        job = deed.request(session, factories.actor())
        assert isinstance(job, Job)
        assert job.kind == deed.kind
        return job.public_id


def state_of(engine):
    counted = [
        select(func.count()).select_from(LoggedSegment),
        select(func.count()).select_from(InteractionLogEntry),
        select(func.count()).where(InteractionLogEntry.canceled),
        select(func.count()).where(InteractionLogEntry.evaluation > 0),
        select(func.count()).where(CampaignEntry.canceled),
        select(func.count()).select_from(SegmentLine),
    ]
    with transaction(engine) as session:
        return tuple(session.execute(each).scalar_one() for each in counted)


def job_of(engine, public_id) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


@each_deed
def test_the_job_does_it_and_a_second_delivery_nothing(engine_of_own, deed):
    job = promise(engine_of_own, deed)

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert state_of(engine_of_own) == deed.after
    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO
    assert state_of(engine_of_own) == deed.after

    done = job_of(engine_of_own, job)
    assert done.result
    assert done.done == done.planned
    with transaction(engine_of_own) as session:
        assert_sound(session)


@each_deed
def test_cancelled_in_the_middle_it_leaves_nothing_half(engine_of_own, deed):
    job = promise(engine_of_own, deed)
    before = state_of(engine_of_own)

    def cancel_in_the_middle(run):
        result = KINDS[deed.kind].step(run)
        with transaction(engine_of_own) as session:
            request_cancel(session, factories.actor(), job, KINDS)
        return result

    kinds = {deed.kind: Kind(cancel_in_the_middle)}
    assert run_job(engine_of_own, kinds, TERMS, job) == Outcome.CANCELLED

    assert state_of(engine_of_own) == before
    assert job_of(engine_of_own, job).state == JobState.CANCELLED


@each_deed
def test_a_cancelled_one_is_started_again_and_does_the_same(engine_of_own, deed):
    first = promise(engine_of_own, deed)
    with transaction(engine_of_own) as session:
        request_cancel(session, factories.actor(), first, KINDS)
    with transaction(engine_of_own) as session:
        job = request_retry(session, factories.actor(), first, KINDS)
        again = job.public_id
        before = job_of(engine_of_own, first)
        assert (job.kind, job.title, job.subject, job.arguments) == (
            before.kind,
            before.title,
            before.subject,
            before.arguments,
        )

    assert run_job(engine_of_own, KINDS, TERMS, again) == Outcome.SUCCEEDED

    assert state_of(engine_of_own) == deed.after
    with transaction(engine_of_own) as session:
        assert_sound(session)


def test_what_was_undone_meanwhile_is_not_started_again(engine_of_own):
    revive, undo = DEEDS[1], DEEDS[-1]
    jobs = []
    for deed in (revive, undo):
        jobs.append(promise(engine_of_own, deed))
        with transaction(engine_of_own) as session:
            request_cancel(session, factories.actor(), jobs[-1], KINDS)
    with transaction(engine_of_own) as session:
        undo_log(session, factories.actor(), 1)

    for job in jobs:
        with (
            pytest.raises(ConflictError, match="was undone"),
            transaction(engine_of_own) as session,
        ):
            request_retry(session, factories.actor(), job, KINDS)


def test_every_kind_of_job_can_be_started_again():
    assert [name for name, kind in KINDS.items() if kind.request_again is None] == []


@each_deed
def test_a_worker_whose_job_was_taken_over_writes_nothing(engine_of_own, deed):
    job = promise(engine_of_own, deed)
    before = state_of(engine_of_own)

    def while_it_is_taken_over(run):
        result = KINDS[deed.kind].step(run)
        with transaction(engine_of_own) as session:
            session.execute(text("UPDATE job SET attempt = attempt + 1"))
        return result

    run_job(engine_of_own, {deed.kind: Kind(while_it_is_taken_over)}, TERMS, job)

    assert state_of(engine_of_own) == before
    assert job_of(engine_of_own, job).state == JobState.RUNNING


def test_whoever_comes_meanwhile_is_led_to_the_job(engine_of_own):
    job = promise(engine_of_own, DEEDS[0])

    for other in (
        lambda s, a: set_log_canceled(s, a, 1, CANCEL),
        lambda s, a: set_entry_canceled(s, a, 1, CANCEL),
        lambda s, a: set_entries_canceled(s, a, OF_LOG, CANCEL),
        lambda s, a: evaluate_entry(s, a, 1, NEUTRAL),
        lambda s, a: evaluate_entries(s, a, OF_LOG, NEUTRAL),
        lambda s, a: set_campaign_entry_canceled(s, a, "CP1", 1, CANCEL),
        lambda s, a: undo_log(s, a, 1),
    ):
        with (
            pytest.raises(ConflictError) as refused,
            transaction(engine_of_own) as session,
        ):
            other(session, factories.actor())
        assert (refused.value.code, refused.value.links) == (
            "E-JOB-RUNNING",
            {"job": str(job)},
        )


def test_entries_by_filter_are_revived_by_a_job_too(engine_of_own):
    with transaction(engine_of_own) as session:
        set_entries_canceled(session, factories.actor(), OF_LOG, CANCEL)
    with transaction(engine_of_own) as session:
        job = set_entries_canceled(
            session, factories.actor(), OF_LOG, REVIVE, at_once=2
        )

    assert run_job(engine_of_own, KINDS, TERMS, job.public_id) == Outcome.SUCCEEDED
    assert state_of(engine_of_own) == AS_LOGGED


def test_a_number_taken_until_the_job_runs_fails_it_and_changes_nothing(engine_of_own):
    job = promise(engine_of_own, DEEDS[-1])
    with transaction(engine_of_own) as session:
        session.add(Segment(no="SM00001"))

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.FAILED

    assert job_of(engine_of_own, job).problem["code"] == "E-EXISTS"
    assert state_of(engine_of_own) == AS_LOGGED
