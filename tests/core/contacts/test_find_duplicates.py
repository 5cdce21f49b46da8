"""All companies are compared with each other by a job (CONT-058)."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from core.contacts.change_contact import change_contact
from core.contacts.create_contact import create_contact
from core.contacts.delete_contact import delete_contact
from core.contacts.duplicates import find_duplicates as module
from core.contacts.duplicates.find_duplicates import (
    FIND_DUPLICATES,
    find_duplicates,
    request_search,
)
from core.contacts.duplicates.likely_pairs import likely_pairs
from core.contacts.duplicates.separate import keep_apart
from core.contacts.merge.merge_contacts import merge_contacts
from core.contacts.models import Contact, LikelyDuplicate
from core.database import transaction
from core.errors import ConflictError
from core.jobs.cancel import request_cancel
from core.jobs.models import Job, JobState
from core.jobs.monitor import Terms
from core.jobs.retry import request_retry
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.setup.models import DuplicateSearchString, MarketingSetup
from core.vocabulary import ContactType
from tests import factories
from tests.core.segments.logging import run_of
from tests.oracle.look_alikes import COMPANIES, SETUPS, model
from tests.support.meanwhile import run_meanwhile

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)
ACTOR = factories.actor()
ACME = {
    "address": "1 Harbour Road",
    "post_code": "53113",
    "city": "Bonn",
    "phone_no": "+49 228 1234",
    "email": "info@acme.example",
}


@pytest.fixture
def engine(own_engine):
    """Two companies that look alike, one that does not, and a pair found long ago."""
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        factories.search_strings(session)
        first = factories.company(session, no="K1", name="Acme Ltd.", **ACME)
        factories.company(session, no="K2", name="ACME Limited", **ACME)
        other = factories.company(session, no="K3", name="Other")
        session.add(LikelyDuplicate(contact_id=first.id, other_id=other.id))
    return own_engine


def promise(engine) -> UUID:
    with transaction(engine) as session:
        return request_search(session, ACTOR).public_id


def job_of(engine, public_id) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def stored(engine):
    rows = text(
        "SELECT one.no, two.no FROM likely_duplicate"
        " JOIN contact AS one ON one.id = contact_id"
        " JOIN contact AS two ON two.id = other_id"
    )
    with transaction(engine) as session:
        return {tuple(row) for row in session.execute(rows)}


def listed(engine, **options):
    with transaction(engine) as session:
        found = likely_pairs(session, **options).pairs
        return [(pair.left_no, pair.right_no, pair.score) for pair in found]


def run_with(engine, job, deed) -> Outcome:
    return run_meanwhile(engine, FIND_DUPLICATES, job, deed)


# --- a job like every other --------------------------------------------------------


def test_the_job_does_it_and_a_second_delivery_nothing(engine):
    job = promise(engine)

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert run_job(engine, KINDS, TERMS, job) == Outcome.NOTHING_TO_DO

    assert stored(engine) == {("K1", "K2")}
    done = job_of(engine, job)
    assert (done.attempt, done.planned, done.done) == (1, 4, 4)
    assert done.result == {"companies": 3, "likely_duplicates": 1, "passed_over": 0}


def test_cancelled_in_the_middle_it_leaves_the_pairs_as_they_were(engine):
    job = promise(engine)

    def cancel(session):
        request_cancel(session, ACTOR, job, KINDS)

    assert run_with(engine, job, cancel) == Outcome.CANCELLED

    assert stored(engine) == {("K1", "K3")}
    assert job_of(engine, job).state == JobState.CANCELLED


def test_a_cancelled_one_is_started_again_and_does_the_same(engine):
    first = promise(engine)
    with transaction(engine) as session:
        request_cancel(session, ACTOR, first, KINDS)
    with transaction(engine) as session:
        again = request_retry(session, ACTOR, first, KINDS).public_id

    assert run_job(engine, KINDS, TERMS, again) == Outcome.SUCCEEDED

    assert stored(engine) == {("K1", "K2")}


def test_a_worker_whose_job_was_taken_over_writes_nothing(engine):
    job = promise(engine)

    def take_over(session):
        session.execute(text("UPDATE job SET attempt = attempt + 1"))

    assert run_with(engine, job, take_over) == Outcome.LOST

    assert stored(engine) == {("K1", "K3")}


@pytest.mark.parametrize(
    "deed",
    [
        lambda session: change_contact(session, ACTOR, "K1", {"city": "Rom"}),
        lambda session: create_contact(
            session, ACTOR, {"type": ContactType.COMPANY, "name": "New"}
        ),
        lambda session: keep_apart(session, ACTOR, "K1", "K2"),
        likely_pairs,
    ],
)
def test_contacts_are_edited_and_pairs_are_listed_meanwhile(engine, deed):
    assert run_with(engine, promise(engine), deed) == Outcome.SUCCEEDED


def test_one_search_at_a_time(engine):
    job = promise(engine)

    with pytest.raises(ConflictError) as refused:
        promise(engine)

    assert refused.value.links == {"job": str(job)}


def test_without_strings_there_is_nothing_to_compare(engine):
    with transaction(engine) as session:
        session.execute(delete(DuplicateSearchString))

    with pytest.raises(ConflictError, match="no duplicate search string"):
        promise(engine)


def test_strings_that_went_meanwhile_leave_no_pairs(engine):
    job = promise(engine)
    with transaction(engine) as session:
        session.execute(delete(DuplicateSearchString))

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED

    assert stored(engine) == set()


# --- what is too common -------------------------------------------------------------


def test_what_too_many_have_in_common_is_passed_over(engine, monkeypatch):
    monkeypatch.setattr(module, "MOST_ALIKE", 1)
    job = promise(engine)

    assert run_job(engine, KINDS, TERMS, job) == Outcome.SUCCEEDED

    result = job_of(engine, job).result
    assert (result["likely_duplicates"], result["passed_over"] > 0) == (0, True)


@pytest.mark.case("CONT-058")
@pytest.mark.parametrize("limit", ["MOST_CHOSEN", "MOST_COMPARED"])
def test_too_much_work_is_refused_with_what_to_do(engine, monkeypatch, limit):
    monkeypatch.setattr(module, limit, 0)
    job = promise(engine)

    assert run_job(engine, KINDS, TERMS, job) == Outcome.FAILED

    problem = job_of(engine, job).problem
    assert problem["code"] == "E-TOO-ALIKE"
    assert "higher search hit %" in problem["detail"]
    assert stored(engine) == {("K1", "K3")}


@pytest.mark.case("CONT-058")
@pytest.mark.parametrize(("percent", "choices"), [(60, 20), (20, 330)])
def test_what_would_take_hours_to_put_together_is_refused_before(
    engine, monkeypatch, percent, choices
):
    """The two have 12 strings and 11 in common. Nine of them are needed: what describes
    each best are its five rarest of those, three of which are chosen in ten ways."""
    with transaction(engine) as session:
        session.execute(update(MarketingSetup).values(search_hit_percent=percent))
    monkeypatch.setattr(module, "MOST_CHOSEN", choices - 1)
    refused = promise(engine)
    assert run_job(engine, KINDS, TERMS, refused) == Outcome.FAILED
    assert f" in {choices} ways;" in job_of(engine, refused).problem["detail"]

    monkeypatch.setattr(module, "MOST_CHOSEN", choices)
    assert run_job(engine, KINDS, TERMS, promise(engine)) == Outcome.SUCCEEDED


# --- the list -----------------------------------------------------------------------


@pytest.fixture
def searched(engine):
    run_job(engine, KINDS, TERMS, promise(engine))
    return engine


def test_pairs_are_listed_by_name_among_namesakes(searched):
    with transaction(searched) as session:
        for number, name in enumerate(("Aal", "Zoo")):
            for no in (f"N{number}1", f"N{number}2"):
                factories.company(
                    session, no=no, name=name, search_name=name.upper(), email="a@b.com"
                )
        for contact in session.scalars(select(Contact).where(Contact.no < "K9")):
            contact.search_name = contact.name.upper()
    everything = [("N01", "N02", 75), ("K1", "K2", 78), ("N11", "N12", 75)]
    assert listed(searched) == everything

    seen, after = [], None
    for _ in everything:
        with transaction(searched) as session:
            found = likely_pairs(session, after=after, limit=1)
        seen += [(pair.left_no, pair.right_no, pair.score) for pair in found.pairs]
        after = found.next
    assert seen == everything


def test_pairs_without_a_search_name_are_listed_once(searched):
    with transaction(searched) as session:
        found = likely_pairs(session, limit=1)

    assert (len(found.pairs), found.next) == (1, None)
    assert found.pairs[0].same_email
    assert not found.pairs[0].same_name
    assert "CITY-FIRST" in found.pairs[0].search_strings


@pytest.mark.parametrize(
    "deed",
    [
        lambda session: change_contact(
            session, ACTOR, "K1", {"city": "Rom", "phone_no": "1", "email": ""}
        ),
        lambda session: change_contact(
            session, ACTOR, "K1", {"type": ContactType.PERSON}
        ),
        lambda session: keep_apart(session, ACTOR, "K2", "K1"),
        lambda session: delete_contact(session, ACTOR, "K2"),
        lambda session: merge_contacts(session, ACTOR, "K1", "K2"),
        lambda session: session.execute(
            update(MarketingSetup).values(search_hit_percent=90)
        ),
    ],
)
def test_who_does_not_look_alike_any_more_is_not_listed(searched, deed):
    assert len(listed(searched)) == 1

    with transaction(searched) as session:
        deed(session)

    assert listed(searched) == []


def test_a_deleted_or_merged_contact_leaves_no_pair(searched):
    with transaction(searched) as session:
        merge_contacts(session, ACTOR, "K2", "K1")

        assert session.scalars(select(LikelyDuplicate)).all() == []


def test_a_higher_score_is_asked_of_pairs_too(searched):
    assert listed(searched, least=78) == [("K1", "K2", 78)]
    assert listed(searched, least=79) == []


# --- the rule in plain Python ---------------------------------------------------------


@given(companies=COMPANIES, setup=SETUPS, percent=st.integers(1, 100))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_job_finds_what_the_rule_says(session, companies, setup, percent):
    with session.begin_nested() as undone:
        session.execute(delete(Contact))
        session.merge(MarketingSetup(id=1, search_hit_percent=percent))
        factories.search_strings(session)
        job = request_search(session, ACTOR)
        factories.search_strings(session, setup)
        kept = [
            factories.company(session, **{"no": f"K{place}", "name": ""} | company)
            for place, company in enumerate(companies)
        ]
        places = {contact.id: place for place, contact in enumerate(kept)}

        find_duplicates(run_of(session, ACTOR, job))

        rows = session.execute(
            select(LikelyDuplicate.contact_id, LikelyDuplicate.other_id)
        )
        pairs = {(places[one], places[two]) for one, two in rows}
        expected = {
            (one, two) for one, two in model(companies, setup, percent) if one < two
        }
        assert pairs == expected
        undone.rollback()
