"""Activating a large campaign and merging a contact of many rows are jobs."""

from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, text, update

from core.campaigns.models import Campaign
from core.contacts.alternative_addresses import add_address
from core.contacts.change_contact import change_contact
from core.contacts.delete_contact import delete_contact
from core.contacts.duplicates.separate import keep_apart
from core.contacts.merge.pair import Pair
from core.contacts.merge_jobs import MERGE_CONTACTS
from core.contacts.models import Contact, MergedContact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.models import InteractionLogEntry
from core.jobs.cancel import request_cancel
from core.jobs.models import Job
from core.jobs.monitor import Terms
from core.jobs.retry import request_retry
from core.jobs.run import Kind
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.records import lock_record
from core.segments.activate_campaign import (
    activate_campaign,
    activate_campaign_as_job,
    deactivate_campaign,
)
from core.segments.merge_with_targets import (
    Merge,
    merge_contacts_as_job,
    merge_with_targets,
)
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import add_line
from core.segments.targets import ACTIVATE_CAMPAIGN, keeping_targets
from tests import factories
from tests.core.segments.logging import log
from tests.support.aimed import ACTOR, masters, segment_of, targets
from tests.support.meanwhile import meanwhile, until_somebody_waits

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)


@pytest.fixture
def engine(own_engine):
    """Campaign CP1 with three lines of two companies, one of them logged before."""
    with transaction(own_engine) as session:
        masters(session)
        first, second = (factories.company(session, no=no) for no in ("K1", "K2"))
        person = factories.person(session, second, no="PK2")
        log(session, ACTOR, segment_of(session, person))
        segment_of(session, first, second, person)
        session.execute(delete(Job))
    return own_engine


def contact(session, no):
    return session.scalars(select(Contact).where(Contact.no == no)).one()


def seen(_pair: Pair) -> None:
    """As the user saw them."""


def activation(session):
    return activate_campaign(session, ACTOR, "CP1", at_once=0)


def merger(session):
    return merge_with_targets(session, ACTOR, Merge("K1", "K2"), seen, at_once=0)


def promise(engine, request) -> UUID:
    with transaction(engine) as session:
        job = request(session)
        assert isinstance(job, Job)
        return job.public_id


def companies_of_rows(engine):
    with transaction(engine) as session:
        of_lines = (
            select(func.coalesce(Contact.company_id, 0))
            .join(SegmentLine, SegmentLine.contact_id == Contact.id)
            .order_by(SegmentLine.segment_id, SegmentLine.line_no)
        )
        of_entries = select(InteractionLogEntry.contact_company_id)
        names = dict(session.execute(select(Contact.id, Contact.no)).all())
        found = [*session.scalars(of_lines), *session.scalars(of_entries)]
        return [names[number] for number in found]


def job_of(engine, public_id):
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def is_cancelled_in_the_middle(engine, job):
    kind = job_of(engine, job).kind

    def cancel_in_the_middle(run):
        result = KINDS[kind].step(run)
        with transaction(engine) as session:
            request_cancel(session, ACTOR, job, KINDS)
        return result

    outcome = run_job(engine, {kind: Kind(cancel_in_the_middle)}, TERMS, job)
    return outcome == Outcome.CANCELLED


def again(engine, job):
    with transaction(engine) as session:
        return request_retry(session, ACTOR, job, KINDS).public_id


# --- activating -----------------------------------------------------------------------


def test_a_large_campaign_is_activated_by_a_job(engine):
    job = promise(engine, activation)
    assert targets(engine) == set()

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert run_job(engine, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO

    assert targets(engine) == {"K1", "K2"}
    done = job_of(engine, job)
    assert done.result == {"campaign_no": "CP1", "targets": 2, "customers": 0}
    assert (done.planned, done.done) == (4, 4)
    with transaction(engine) as session:
        assert session.get_one(Campaign, "CP1").activated


def test_what_comes_from_few_rows_is_activated_at_once(engine):
    with transaction(engine) as session:
        done = activate_campaign(session, ACTOR, "CP1", at_once=4)
        assert isinstance(done, Campaign)

    assert targets(engine) == {"K1", "K2"}


def test_a_cancelled_activation_leaves_nothing_and_is_started_again(engine):
    job = promise(engine, activation)

    assert is_cancelled_in_the_middle(engine, job)
    assert targets(engine) == set()

    assert run_job(engine, KINDS, TERMS, again(engine, job)) == Outcome.SUCCEEDED
    assert targets(engine) == {"K1", "K2"}


@pytest.mark.parametrize("deed", [activate_campaign, deactivate_campaign])
def test_nobody_else_decides_on_the_group_meanwhile(engine, deed):
    job = promise(engine, activation)

    with (
        pytest.raises(ConflictError) as refused,
        transaction(engine) as session,
    ):
        deed(session, ACTOR, "CP1")
    assert (refused.value.code, refused.value.links) == (
        "E-JOB-RUNNING",
        {"job": str(job)},
    )


def test_another_number_than_was_seen_fails_the_job(engine):
    job = promise(
        engine,
        lambda session: activate_campaign(session, ACTOR, "CP1", expected=3, at_once=0),
    )

    assert run_job(engine, KINDS, TERMS, job) == Outcome.FAILED

    assert job_of(engine, job).problem["code"] == "E-COUNT"
    assert targets(engine) == set()


def add_to_segment_of(campaign_no):
    """A new company on a line of a segment that is aimed by this campaign."""

    def add(session):
        segment = session.scalars(
            select(Segment).where(Segment.campaign_no == campaign_no)
        ).one()
        company = factories.company(session, no=f"N{campaign_no}")
        add_line(session, ACTOR, segment, company.no)

    return add


def test_only_changes_of_its_own_group_wait_for_an_activation(engine):
    with transaction(engine) as session:
        factories.campaign(session, "CP2")
        segment_of(session, contact(session, "K1"), campaign_no="CP2")
        activate_campaign(session, ACTOR, "CP2")
    job = promise(engine, activation)

    def change(campaign_no):
        with transaction(engine) as session:
            # So long, if it has to wait, that the job would have ended before.
            session.execute(text("SET LOCAL lock_timeout = '60s'"))
            add_to_segment_of(campaign_no)(session)

    def step(run):
        result = activate_campaign_as_job(run)
        of_its_own.append(pool.submit(change, "CP1"))
        until_somebody_waits(engine)
        change("CP2")
        return result

    of_its_own: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        outcome = run_job(engine, {ACTIVATE_CAMPAIGN: Kind(step)}, TERMS, job)
        of_its_own[0].result(timeout=60)

    assert outcome == Outcome.SUCCEEDED
    assert targets(engine) == {"K1", "K2", "NCP1", "NCP2"}


@pytest.mark.parametrize("at_once", [20_000, 0])
def test_who_waits_for_an_activation_holds_up_no_other_one(engine, at_once):
    """Neither one that is done at once nor the promise of a job, nor what follows."""
    with transaction(engine) as session:
        for no in ("CP2", "CP3"):
            factories.campaign(session, no)
            segment_of(session, contact(session, "K1"), campaign_no=no)
        activate_campaign(session, ACTOR, "CP2")
    job = promise(engine, activation)

    def change_its_own():
        with transaction(engine) as session:
            add_to_segment_of("CP1")(session)

    def step(run):
        result = activate_campaign_as_job(run)
        of_its_own.append(pool.submit(change_its_own))
        until_somebody_waits(engine)
        for deed in (
            lambda session: activate_campaign(session, ACTOR, "CP3", at_once=at_once),
            add_to_segment_of("CP2"),
        ):
            with transaction(engine) as session:
                session.execute(text("SET LOCAL lock_timeout = '10s'"))
                deed(session)
        assert not of_its_own[0].done()
        return result

    of_its_own: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        outcome = run_job(engine, {ACTIVATE_CAMPAIGN: Kind(step)}, TERMS, job)
        of_its_own[0].result(timeout=60)

    assert outcome == Outcome.SUCCEEDED
    assert targets(engine) == {"K1", "K2", "NCP1", "NCP2"}


def test_a_change_that_began_before_waits_for_no_other_campaign(engine):
    """Nothing was activated or promised when it began."""
    with transaction(engine) as session:
        factories.campaign(session, "CP2")
        segment_of(session, campaign_no="CP2")

    with transaction(engine) as job, transaction(engine) as session:
        session.execute(text("SET LOCAL lock_timeout = '10s'"))
        segment = session.scalars(select(Segment).filter_by(campaign_no="CP2")).one()
        with keeping_targets(session, segment):
            promise(engine, activation)
            lock_record(job, Campaign, "CP1", "campaign")  # As the job does.


def test_a_line_that_leaves_a_campaign_while_it_is_promised_is_no_target(engine):
    """Only before did its segment name the campaign, and by this line alone."""
    with transaction(engine) as session:
        factories.campaign(session, "CP2")
        company = factories.company(session, no="K9")
        segment = segment_of(session, company, campaign_no="CP2")
        session.execute(
            update(SegmentLine)
            .where(SegmentLine.segment_id == segment.id)
            .values(campaign_no="CP1", campaign_target=True)
        )

    with transaction(engine) as session:
        segment = session.scalars(select(Segment).filter_by(campaign_no="CP2")).one()
        with keeping_targets(session, segment):
            job = promise(engine, activation)
            assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
            assert "K9" in targets(engine)
            session.execute(
                delete(SegmentLine).where(SegmentLine.segment_id == segment.id)
            )

    assert targets(engine) == {"K1", "K2"}


def test_what_was_changed_before_an_activation_is_promised_is_in_the_group(engine):
    meanwhile(engine, add_to_segment_of("CP1"), activation)

    with transaction(engine) as session:
        job = session.scalars(select(Job.public_id)).one()
    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert targets(engine) == {"K1", "K2", "NCP1"}


def test_a_group_is_forgotten_while_it_changes(engine):
    with transaction(engine) as session:
        activate_campaign(session, ACTOR, "CP1")

    meanwhile(
        engine,
        lambda session: deactivate_campaign(session, ACTOR, "CP1"),
        add_to_segment_of("CP1"),
    )

    assert targets(engine) == set()


# --- merging --------------------------------------------------------------------------


def test_a_contact_of_many_rows_is_merged_by_a_job(engine):
    with transaction(engine) as session:
        activate_campaign(session, ACTOR, "CP1")
    job = promise(engine, merger)
    assert sorted(set(companies_of_rows(engine))) == ["K1", "K2"]

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert run_job(engine, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO

    assert set(companies_of_rows(engine)) == {"K1"}
    assert targets(engine) == {"K1"}
    done = job_of(engine, job)
    assert done.result == {"contact_no": "K1", "merged_no": "K2", "rows_moved": 3}
    assert (done.planned, done.done) == (3, 3)
    with transaction(engine) as session:
        assert session.scalars(select(MergedContact.no)).all() == ["K2"]


def test_few_rows_are_moved_at_once(engine):
    with transaction(engine) as session:
        merge = Merge("K1", "K2")
        done = merge_with_targets(session, ACTOR, merge, seen, at_once=3)
        assert isinstance(done, Contact)


def test_a_cancelled_merge_leaves_both_and_is_started_again(engine):
    job = promise(engine, merger)
    before = companies_of_rows(engine)

    assert is_cancelled_in_the_middle(engine, job)
    assert companies_of_rows(engine) == before

    assert run_job(engine, KINDS, TERMS, again(engine, job)) == Outcome.SUCCEEDED
    assert set(companies_of_rows(engine)) == {"K1"}


def test_a_merge_of_what_was_changed_meanwhile_changes_nothing(engine):
    job = promise(engine, merger)
    with transaction(engine) as session:
        contact(session, "K2").last_modified_at = func.clock_timestamp()

    assert run_job(engine, KINDS, TERMS, job) == Outcome.FAILED

    assert job_of(engine, job).problem["code"] == "E-CHANGED"
    assert "K2" in companies_of_rows(engine)
    with pytest.raises(ConflictError, match="look at both again"):
        again(engine, job)


def merge_again(no, other_no):
    return lambda session: merge_with_targets(session, ACTOR, Merge(no, other_no), seen)


def change(no):
    return lambda session: change_contact(session, ACTOR, no, {"city": "Bonn"})


@pytest.mark.parametrize(
    "deed",
    [
        *(merge_again("K1", "K2"), merge_again("K2", "K1"), merge_again("K1", "K3")),
        *(change("k1"), change("K2")),
        lambda session: add_address(session, ACTOR, "K2", "HOME", {}),
        lambda session: delete_contact(session, ACTOR, "K2"),
        lambda session: keep_apart(session, ACTOR, "K1", "K2"),
    ],
)
def test_nobody_changes_the_two_until_they_are_merged(engine, deed):
    with transaction(engine) as session:
        factories.company(session, no="K3")
    job = promise(engine, merger)

    def refused(session):
        # Without a wait, also while the job holds both.
        session.execute(text("SET LOCAL lock_timeout = '10s'"))
        with pytest.raises(ConflictError) as refusal:
            deed(session)
        assert (refusal.value.code, refusal.value.links) == (
            "E-JOB-RUNNING",
            {"job": str(job)},
        )

    def step(run):
        result = merge_contacts_as_job(run)
        with transaction(engine) as session:
            refused(session)
        return result

    with transaction(engine) as session:
        refused(session)
    outcome = run_job(engine, {MERGE_CONTACTS: Kind(step)}, TERMS, job)
    assert outcome == Outcome.SUCCEEDED


def test_a_company_stays_while_one_of_its_people_is_merged(engine):
    with transaction(engine) as session:
        company = factories.company(session, no="K3")
        for no in ("P3", "P4"):
            factories.person(session, company, no=no)
    merger_of_people = Merge("P3", "P4")
    with transaction(engine) as session:
        merge_with_targets(session, ACTOR, merger_of_people, seen, at_once=-1)

    with transaction(engine) as session, pytest.raises(ConflictError) as refusal:
        delete_contact(session, ACTOR, "K3")

    assert refusal.value.code == "E-JOB-RUNNING"


def test_a_merge_by_a_job_takes_values_from_the_other(engine):
    with transaction(engine) as session:
        change_contact(session, ACTOR, "K2", {"city": "Kiel"})
    merge = Merge("K1", "K2", ["city"])
    job = promise(
        engine,
        lambda session: merge_with_targets(session, ACTOR, merge, seen, at_once=0),
    )

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED

    with transaction(engine) as session:
        assert contact(session, "K1").city == "Kiel"


def test_what_is_wrong_is_said_before_there_is_a_job(engine):
    merge = Merge("K1", "K2", ["shoe_size"])
    with transaction(engine) as session, pytest.raises(RefusedError):
        merge_with_targets(session, ACTOR, merge, seen, at_once=0)

    def changed(_pair):
        raise ConflictError("E-CHANGED", "Look again.")

    with transaction(engine) as session, pytest.raises(ConflictError):
        merge_with_targets(session, ACTOR, Merge("K1", "K2"), changed, at_once=0)
    with transaction(engine) as session:
        assert session.scalars(select(Job)).all() == []
