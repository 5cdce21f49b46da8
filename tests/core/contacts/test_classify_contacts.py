"""Classifying contacts is a job, and nobody has to wait for its end meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import select, text

from core.contacts.alternative_addresses import add_address
from core.contacts.change_contact import change_contact
from core.contacts.classification.answers import give_answer
from core.contacts.classification.classify_contacts import (
    CLASSIFY_CONTACTS,
    request_classification,
)
from core.contacts.classification.models import ContactProfileAnswer
from core.contacts.classification.questionnaires import (
    add_line,
    delete_questionnaire,
    questionnaire_to_change,
)
from core.contacts.create_contact import create_contact
from core.database import transaction
from core.errors import ConflictError
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.retry import request_retry
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.vocabulary import ClassField, ContactType
from tests import factories
from tests.support.meanwhile import run_meanwhile

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)
ACTOR = factories.actor()
NEVER, OFTEN, YES = 20, 30, 50
AS_TOLD = {("K1", OFTEN), ("K2", NEVER)}


@pytest.fixture
def engine(own_engine):
    """Q asks how often we spoke, K1 often and K2 never, and something for a person to
    answer. K2 was said to be spoken to often, when that was still asked of people."""
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        first, second = (factories.company(session, no=no) for no in ("K1", "K2"))
        factories.log_entry(session, first)
        factories.question(
            session, "Q", 10, class_field=ClassField.INTERACTION_QUANTITY
        )
        factories.answer(session, "Q", NEVER, to_value=0)
        factories.answer(session, "Q", OFTEN, from_value=1)
        factories.question(session, "Q", 40)
        factories.answer(session, "Q", YES)
        session.add(
            ContactProfileAnswer(
                contact_id=second.id, questionnaire_code="Q", line_no=OFTEN
            )
        )
    return own_engine


def promise(engine) -> UUID:
    with transaction(engine) as session:
        return request_classification(session, ACTOR, "Q").public_id


def answers(engine):
    rows = text(
        "SELECT contact.no, line_no FROM contact_profile_answer"
        " JOIN contact ON contact.id = contact_id"
    )
    with transaction(engine) as session:
        return {(no, line_no) for no, line_no in session.execute(rows)}


def job_of(engine, public_id) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def run_with(engine, job, deed) -> Outcome:
    return run_meanwhile(engine, CLASSIFY_CONTACTS, job, deed)


def test_the_job_does_it_and_a_second_delivery_nothing(engine):
    job = promise(engine)

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert run_job(engine, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO

    assert answers(engine) == AS_TOLD
    done = job_of(engine, job)
    assert (done.attempt, done.planned, done.done) == (1, 1, 1)
    assert done.result == {
        "profile_questionnaire": "Q",
        "answers": 2,
        "answers_added": 2,
        "answers_removed": 1,
    }


def test_cancelled_in_the_middle_it_leaves_the_answers_as_they_were(engine):
    job = promise(engine)

    def cancel(session):
        request_cancel(session, ACTOR, job, KINDS)

    assert run_with(engine, job, cancel) == Outcome.CANCELLED

    assert answers(engine) == {("K2", OFTEN)}
    assert job_of(engine, job).state == JobState.CANCELLED


def test_a_cancelled_one_is_started_again_and_does_the_same(engine):
    first = promise(engine)
    with transaction(engine) as session:
        request_cancel(session, ACTOR, first, KINDS)
    with transaction(engine) as session:
        again = request_retry(session, ACTOR, first, KINDS).public_id

    assert run_job(engine, KINDS, TERMS, again) == Outcome.SUCCEEDED

    assert answers(engine) == AS_TOLD


def test_a_worker_whose_job_was_taken_over_writes_nothing(engine):
    job = promise(engine)

    def take_over(session):
        session.execute(text("UPDATE job SET attempt = attempt + 1"))

    assert run_with(engine, job, take_over) == Outcome.LOST

    assert answers(engine) == {("K2", OFTEN)}
    assert job_of(engine, job).state == JobState.RUNNING


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            lambda session: change_contact(session, ACTOR, "K1", {"city": "Bonn"}),
            id="contact",
        ),
        pytest.param(
            lambda session: add_address(session, ACTOR, "K1", "HOME", {}),
            id="address",
        ),
        pytest.param(
            lambda session: create_contact(
                session,
                ACTOR,
                {"type": ContactType.PERSON, "name": "Ann", "company_no": "K1"},
            ),
            id="person",
        ),
        pytest.param(
            lambda session: give_answer(session, ACTOR, "K1", "Q", YES),
            id="answer",
        ),
    ],
)
def test_contacts_are_edited_meanwhile(engine, deed):
    assert run_with(engine, promise(engine), deed) == Outcome.SUCCEEDED


@pytest.mark.parametrize(
    "deed",
    [
        lambda session: request_classification(session, ACTOR, "Q"),
        lambda session: questionnaire_to_change(session, "Q"),
        lambda session: delete_questionnaire(session, "Q"),
        lambda session: add_line(session, "Q", {"description": "New"}),
    ],
)
def test_what_is_asked_stays_until_the_job_has_ended(engine, deed):
    job = promise(engine)

    def refused(session):
        with pytest.raises(ConflictError) as refusal:
            deed(session)
        assert (refusal.value.code, refusal.value.links) == (
            "E-JOB-RUNNING",
            {"job": str(job)},
        )

    with transaction(engine) as session:
        refused(session)
    assert run_with(engine, job, refused) == Outcome.SUCCEEDED
