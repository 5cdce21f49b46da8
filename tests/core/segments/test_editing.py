"""Who wants to change a segment that a bulk job holds is led to the job and waits for
nobody (TRAP-16); other holders of the lock are waited for."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.database import transaction
from core.errors import ConflictError
from core.jobs.models import Job
from core.segments import editing
from core.segments.editing import lock_segment, open_for_editing
from core.segments.models import Segment
from core.segments.request_log import request_log
from tests import factories
from tests.support.meanwhile import is_somebody_waiting, meanwhile

ACTOR = factories.actor()


@pytest.fixture
def engine(committing_engine):
    """SM00001 with one line, ready to be logged."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        segment = factories.segment(
            session,
            ACTOR,
            description="Spring",
            salesperson_code=factories.salesperson(session, "JR"),
            interaction_template_code=factories.template(session, "GOLF"),
        )
        factories.line(session, ACTOR, segment, factories.company(session))
    return committing_engine


def freeze(engine):
    with transaction(engine) as session:
        return request_log(session, ACTOR, "SM00001").public_id


def hold(session):
    lock_segment(session, "SM00001")


def edit(session):
    open_for_editing(session, "SM00001").description = "Summer"


def description(engine):
    with transaction(engine) as session:
        return session.scalars(select(Segment.description)).one()


def test_the_segment_of_a_job_at_work_is_refused_at_once(engine):
    job = freeze(engine)
    with transaction(engine) as at_work:
        hold(at_work)
        began = time.monotonic()
        with pytest.raises(ConflictError) as refused, transaction(engine) as session:
            edit(session)
        assert time.monotonic() - began < 2

    assert (refused.value.code, refused.value.links) == ("E-FROZEN", {"job": str(job)})


def test_a_job_that_comes_between_the_look_and_the_lock_is_seen_at_the_next_look(
    engine, monkeypatch
):
    """The one who holds the lock first asks for the log, as a person does; the worker
    has it before the other one looks again, and keeps it for as long as the log takes."""
    with engine.connect() as person, engine.connect() as worker:
        person.begin()
        wanted = select(Segment.id).where(Segment.no == "SM00001").with_for_update()
        person.execute(wanted)

        def while_it_sleeps(_seconds):
            person.rollback()
            freeze(engine)
            worker.begin()
            worker.execute(wanted)

        monkeypatch.setattr("time.sleep", while_it_sleeps)
        with pytest.raises(ConflictError) as refused, transaction(engine) as session:
            edit(session)
        assert worker.in_transaction()  # It holds the lock still.
        worker.rollback()

    with transaction(engine) as session:
        job = session.scalars(select(Job.public_id)).one()
    assert refused.value.links == {"job": str(job)}
    assert description(engine) == "Spring"


def test_who_is_quicker_by_hand_is_waited_for_by_looking(engine, monkeypatch):
    looks = []

    def look_again(seconds):
        looks.append(seconds)
        real_sleep(seconds)

    real_sleep = time.sleep
    monkeypatch.setattr("time.sleep", look_again)

    def go():
        with transaction(engine) as session:
            edit(session)

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as other:
            hold(other)
            done = pool.submit(go)
            while len(looks) < 3:
                assert not is_somebody_waiting(engine)
        done.result(timeout=10)

    assert set(looks) == {editing.LOOK_AGAIN_SECONDS}
    assert description(engine) == "Summer"


def test_who_has_looked_long_enough_waits_for_the_lock(engine, monkeypatch):
    monkeypatch.setattr(editing, "LOOKS", 2)

    meanwhile(engine, hold, edit)

    assert description(engine) == "Summer"


def test_who_waited_for_the_lock_of_a_job_is_led_to_it(engine, monkeypatch):
    """It froze the segment after the last look."""
    monkeypatch.setattr(editing, "LOOKS", 1)

    def ask_for_a_log(session):
        request_log(session, ACTOR, "SM00001")

    with pytest.raises(ConflictError, match="is being worked on by the job"):
        meanwhile(engine, ask_for_a_log, edit)

    assert description(engine) == "Spring"
