"""Personalising many lines is a job, with the promises of every job."""

from datetime import date, time
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.database import transaction
from core.errors import ConflictError
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobError, JobState
from core.jobs.monitor import Terms
from core.jobs.runner import run_job
from core.kinds import KINDS
from core.segments.editing import open_for_editing
from core.segments.line_list import LineFilter, lines
from core.segments.models import Segment
from core.segments.personalise_lines import Personalisation
from core.segments.personalise_many import LinesChange, personalise_many
from tests import factories
from tests.support.soundness import assert_sound

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)
EVERY_KIND_OF_VALUE = {
    "description": "Mine",
    "date": date(2026, 1, 31),
    "time_of_interaction": time(14, 30),
    "cost": Decimal("1.25"),
    "duration": Decimal("2.5"),
    "campaign_target": True,
    "information_flow": 2,
}


@pytest.fixture
def engine_of_own(own_engine):
    """Segment SM1 with C1…C5."""
    with transaction(own_engine) as session:
        made = Segment(no="SM1")
        session.add(made)
        session.flush()
        for number in range(1, 6):
            contact = factories.company(session, no=f"C{number}")
            factories.line(session, factories.actor(), made, contact)
    return own_engine


def promise(engine, values, *, inherit=(), expected=None, which=None) -> UUID:
    change = LinesChange(
        which or LineFilter(), Personalisation(values, inherit), expected
    )
    with transaction(engine) as session:
        job = personalise_many(session, factories.actor(), "SM1", change, at_once=0)
        assert isinstance(job, Job)
        return job.public_id


def work(engine, public_id) -> Job:
    run_job(engine, KINDS, TERMS, public_id)
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def rows(engine):
    with transaction(engine) as session:
        segment = session.scalars(select(Segment)).one()
        assert segment.frozen_by_job_id is None
        assert_sound(session)
        return lines(session, segment, LineFilter(limit=100))


def test_a_job_sets_every_kind_of_value(engine_of_own):
    which = LineFilter(contact="c", own="")
    job = work(engine_of_own, promise(engine_of_own, EVERY_KIND_OF_VALUE, which=which))

    assert job.state == JobState.SUCCEEDED
    assert job.result == {
        "changed_segment_no": "SM1",
        "lines_changed": 5,
        "personal_lines": 5,
    }
    assert (job.planned, job.done) == (5, 5)
    for row in rows(engine_of_own):
        shown = row._asdict()
        assert {name: shown[name] for name in EVERY_KIND_OF_VALUE} == (
            EVERY_KIND_OF_VALUE
        )


def test_a_job_hands_values_back_and_blanks_the_date(engine_of_own):
    work(engine_of_own, promise(engine_of_own, EVERY_KIND_OF_VALUE))
    job = work(engine_of_own, promise(engine_of_own, {"date": None}, inherit=["cost"]))

    assert job.state == JobState.SUCCEEDED
    assert {(row.cost, row.date) for row in rows(engine_of_own)} == {(0, None)}


def test_nobody_edits_meanwhile_and_a_cancelled_job_changes_nothing(engine_of_own):
    public_id = promise(engine_of_own, {"cost": Decimal(3)})

    with transaction(engine_of_own) as session, pytest.raises(ConflictError):
        open_for_editing(session, "SM1")
    with transaction(engine_of_own) as session:
        request_cancel(session, factories.actor(), public_id, KINDS)

    assert work(engine_of_own, public_id).state == JobState.CANCELLED
    assert {row.cost for row in rows(engine_of_own)} == {0}


def test_lines_that_changed_in_number_are_refused(engine_of_own):
    job = work(engine_of_own, promise(engine_of_own, {"cost": Decimal(3)}, expected=4))

    assert job.state == JobState.FAILED
    assert job.problem["code"] == "E-COUNT"
    assert {row.cost for row in rows(engine_of_own)} == {0}


def test_every_line_without_the_address_is_listed_under_the_job(engine_of_own):
    public_id = promise(engine_of_own, {"contact_alt_address_code": "HOME"})
    job = work(engine_of_own, public_id)

    assert job.state == JobState.FAILED
    assert job.error_count == 5
    assert "5 of the lines" in job.problem["detail"]
    with transaction(engine_of_own) as session:
        first = session.scalars(select(JobError).order_by(JobError.position)).first()
        assert session.scalar(select(func.count()).select_from(JobError)) == 5
        assert (first.position, first.subject) == (10_000, "C1")
        assert first.detail == "The contact has no alternative address HOME."
    assert len(rows(engine_of_own)) == 5
