"""What is reused in a segment, or done with all of its contacts, is a job when large:
with the promises of every job."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.access.models import AuditEvent
from core.contacts.classification.models import ContactMailingGroup, MailingGroup
from core.database import transaction
from core.errors import RefusedError
from core.interactions.models import LoggedSegment
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.run import Kind
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.segments.actions import ActionOptions
from core.segments.apply_mailing_group import Application, apply_mailing_group
from core.segments.change_roster import RosterChange, change_roster
from core.segments.editing import open_for_editing
from core.segments.follow_up_later import follow_up_logged_segment
from core.segments.go_back import go_back
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.reuse_criteria import reuse_criteria
from core.segments.reuse_logged_segment import reuse_logged_segment
from core.segments.saved_criteria import delete_saved_criteria, save_criteria
from core.vocabulary import ActionKind
from tests import factories

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)


def promise_criteria(session, at_once=0):
    return reuse_criteria(
        session, factories.actor(), "SM2", "JR", confirm=True, at_once=at_once
    )


def promise_logged(session, at_once=0):
    entry_no = session.scalars(select(LoggedSegment.entry_no)).one()
    return reuse_logged_segment(
        session, factories.actor(), "SM2", entry_no, confirm=True, at_once=at_once
    )


def promise_follow_up(session, at_once=0):
    entry_no = session.scalars(select(LoggedSegment.entry_no)).one()
    made = follow_up_logged_segment(
        session, factories.actor(), entry_no, at_once=at_once
    )
    return made.job


def promise_group(session, at_once=0):
    wanted = Application("M", delete_old_assignments=True)
    return apply_mailing_group(
        session, factories.actor(), "SM1", wanted, at_once=at_once
    )


PROMISES = {
    "reuse_criteria": promise_criteria,
    "reuse_logged_segment": promise_logged,
    "follow_up_logged_segment": promise_follow_up,
    "apply_mailing_group": promise_group,
}
ALL = pytest.mark.parametrize("kind", PROMISES)


@pytest.fixture
def engine_of_own(own_engine):
    """SM1 holds C1…C4: all but JR's were taken out and two came back, which is saved
    as JR. SM2 is empty. A log of C3, C1, C3; a group of C9."""
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        contacts = {
            number: factories.company(
                session, no=f"C{number}", salesperson_code="BC" if number > 2 else "JR"
            )
            for number in (1, 2, 3, 4, 9)
        }
        session.add_all((Segment(no="SM1"), Segment(no="SM2"), MailingGroup(code="M")))
        session.flush()
        for kind, filters in (
            (ActionKind.ADD_CONTACTS, {"contact": {"no": {"to": "C8"}}}),
            (ActionKind.REFINE_CONTACTS, {"contact": {"salesperson_code": "JR"}}),
            (ActionKind.ADD_CONTACTS, {"contact": {"no": ["C3", "C4"]}}),
        ):
            change = RosterChange(kind, filters, ActionOptions())
            change_roster(session, factories.actor(), "SM1", change)
        save_criteria(session, factories.actor(), "SM1", code="JR")
        logged = LoggedSegment(
            segment_no="OLD",
            creation_date=factories.WORK_DATE,
            campaign_no="CP1",
            canceled=True,
        )
        session.add(logged)
        session.flush()
        for place, number in enumerate((3, 1, 3), start=1):
            factories.log_entry(
                session,
                contacts[number],
                logged_segment_entry_no=logged.entry_no,
                segment_line_no=place * 10_000,
                canceled=True,
            )
        session.add(ContactMailingGroup(contact_id=contacts[9].id, code="M"))
    return own_engine


def promise(engine, kind) -> UUID:
    with transaction(engine) as session:
        job = PROMISES[kind](session)
        assert isinstance(job, Job)
        return job.public_id


def job_of(engine, public_id) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def state_of(engine):
    """Lines in force and actions of each segment; members of the group; frozen ones."""
    in_force = (SegmentLine.added_by <= Segment.head) & (
        SegmentLine.removed_by.is_(None) | (SegmentLine.removed_by > Segment.head)
    )
    with transaction(engine) as session:
        segments = {
            segment.no: (
                session.scalar(
                    select(func.count())
                    .select_from(SegmentLine)
                    .join(Segment, Segment.id == SegmentLine.segment_id)
                    .where(Segment.id == segment.id, in_force)
                ),
                session.scalar(
                    select(func.count()).where(SegmentAction.segment_id == segment.id)
                ),
            )
            for segment in session.scalars(select(Segment))
        }
        members = session.scalar(select(func.count(ContactMailingGroup.contact_id)))
        frozen = session.scalar(select(func.count(Segment.frozen_by_job_id)))
    return segments, members, frozen


UNTOUCHED = ({"SM1": (4, 3), "SM2": (0, 0)}, 1, 0)
DONE = {
    "reuse_criteria": ({"SM1": (4, 3), "SM2": (4, 3)}, 1, 0),
    "reuse_logged_segment": ({"SM1": (4, 3), "SM2": (3, 1)}, 1, 0),
    "follow_up_logged_segment": (
        {"SM1": (4, 3), "SM2": (0, 0), "SM00001": (3, 1)},
        1,
        0,
    ),
    "apply_mailing_group": ({"SM1": (4, 3), "SM2": (0, 0)}, 4, 0),
}


@ALL
def test_a_job_does_it_and_gives_the_segment_back(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    assert state_of(engine_of_own)[2] == 1

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.SUCCEEDED

    found = job_of(engine_of_own, job)
    assert state_of(engine_of_own) == DONE[kind]
    assert found.kind == kind
    assert found.planned == found.done > 0


@ALL
def test_a_second_delivery_changes_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    run_job(engine_of_own, KINDS, TERMS, job)

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO
    assert state_of(engine_of_own) == DONE[kind]


@ALL
def test_a_job_cancelled_while_it_waits_leaves_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)

    with transaction(engine_of_own) as session:
        request_cancel(session, factories.actor(), job, KINDS)

    assert state_of(engine_of_own) == UNTOUCHED


@ALL
def test_a_job_that_came_to_nothing_can_be_started_again(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    with transaction(engine_of_own) as session:
        request_cancel(session, factories.actor(), job, KINDS)

    with transaction(engine_of_own) as session:
        arguments = session.scalars(select(Job.arguments)).one()
        request_again = KINDS[kind].request_again
        assert request_again is not None
        again = request_again(session, factories.actor(), arguments)
    run_job(engine_of_own, KINDS, TERMS, again.public_id)

    segments, members, frozen = state_of(engine_of_own)
    # The number of the follow-up that came to nothing is not given again.
    segments = {no.replace("SM00002", "SM00001"): each for no, each in segments.items()}
    assert (segments, members, frozen) == DONE[kind]


@ALL
def test_a_job_cancelled_in_the_middle_leaves_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    known = KINDS[kind]

    def work_and_linger(run):
        known.step(run)
        with transaction(engine_of_own) as session:
            request_cancel(session, factories.actor(), job, KINDS)
        run.session.execute(text("SELECT pg_sleep(20)"))
        return {}

    lingering = {kind: Kind(work_and_linger, on_end=known.on_end)}

    assert run_job(engine_of_own, lingering, TERMS, job) == Outcome.CANCELLED
    assert state_of(engine_of_own) == UNTOUCHED


@ALL
def test_a_worker_whose_job_was_taken_over_writes_nothing(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    before = state_of(engine_of_own)
    known = KINDS[kind]

    def work_while_it_is_taken_over(run):
        result = known.step(run)
        with transaction(engine_of_own) as session:
            session.execute(text("UPDATE job SET attempt = attempt + 1"))
        return result

    stale = {kind: Kind(work_while_it_is_taken_over, on_end=known.on_end)}
    run_job(engine_of_own, stale, TERMS, job)

    assert state_of(engine_of_own) == before
    assert job_of(engine_of_own, job).state == JobState.RUNNING


@pytest.mark.parametrize(("at_once", "is_job"), [(7, True), (8, False)])
def test_all_steps_together_decide_whether_it_is_a_job(engine_of_own, at_once, is_job):
    """Four come, two go, two come."""
    with transaction(engine_of_own) as session:
        done = promise_criteria(session, at_once=at_once)

    assert isinstance(done, Job) == is_job
    segments, _, frozen = state_of(engine_of_own)
    assert (segments["SM2"], frozen) == (((0, 0), 1) if is_job else ((4, 3), 0))


def test_a_job_does_the_steps_that_were_saved_when_it_was_asked_for(engine_of_own):
    job = promise(engine_of_own, "reuse_criteria")
    with transaction(engine_of_own) as session:
        delete_saved_criteria(session, factories.actor(), "JR")

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert state_of(engine_of_own) == DONE["reuse_criteria"]


def test_the_steps_of_a_job_are_undone_one_by_one(engine_of_own):
    run_job(engine_of_own, KINDS, TERMS, promise(engine_of_own, "reuse_criteria"))

    numbers = []
    for _ in range(3):
        numbers.append(state_of(engine_of_own)[0]["SM2"][0])
        with transaction(engine_of_own) as session:
            go_back(session, open_for_editing(session, "SM2"))

    assert numbers == [4, 2, 4]


@pytest.mark.parametrize("kind", ["reuse_logged_segment", "follow_up_logged_segment"])
def test_a_log_that_is_gone_when_the_job_begins_is_a_refusal(engine_of_own, kind):
    job = promise(engine_of_own, kind)
    with transaction(engine_of_own) as session:
        session.execute(text("DELETE FROM logged_segment"))

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.FAILED
    assert job_of(engine_of_own, job).problem["code"] == "E-UNKNOWN-CODE"
    assert state_of(engine_of_own) == UNTOUCHED


def test_a_new_segment_has_its_address_while_the_job_waits(engine_of_own):
    job = promise(engine_of_own, "follow_up_logged_segment")

    with transaction(engine_of_own) as session:
        segment = session.scalars(select(Segment).where(Segment.no == "SM00001")).one()

    assert segment.frozen_by_job_id == job_of(engine_of_own, job).id
    assert segment.description == "Follow-up on segment OLD"
    assert segment.campaign_no == "CP1"


def test_a_group_that_changed_meanwhile_is_not_applied(engine_of_own):
    with transaction(engine_of_own) as session:
        wanted = Application("M", delete_old_assignments=True, expected=(4, 0))
        job = apply_mailing_group(
            session, factories.actor(), "SM1", wanted, at_once=0
        ).public_id

    assert run_job(engine_of_own, KINDS, TERMS, job) == Outcome.FAILED
    assert job_of(engine_of_own, job).problem["code"] == "E-COUNT"
    assert state_of(engine_of_own) == UNTOUCHED


def test_who_applied_a_group_is_kept(engine_of_own):
    run_job(engine_of_own, KINDS, TERMS, promise(engine_of_own, "apply_mailing_group"))

    with transaction(engine_of_own) as session:
        event = session.scalars(select(AuditEvent)).one()

    assert (event.action, event.subject) == ("mailing_group.apply", "M")
    assert event.detail == {"segment": "SM1", "added": 4, "removed": 1}


def test_a_log_that_was_taken_back_gives_nothing(engine_of_own):
    with transaction(engine_of_own) as session:
        session.execute(text("UPDATE logged_segment SET undone_at = now()"))

    for kind in ("reuse_logged_segment", "follow_up_logged_segment"):
        with (
            pytest.raises(RefusedError, match="taken back") as refused,
            transaction(engine_of_own) as session,
        ):
            PROMISES[kind](session)
        assert refused.value.code == "E-UNDONE"
    assert state_of(engine_of_own) == UNTOUCHED
