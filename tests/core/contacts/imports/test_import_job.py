"""The five promises every kind of job is held to, for the import of contacts."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import OperationalError

from core import kinds
from core.contacts.imports.request_import import IMPORT_CONTACTS, request_import
from core.contacts.models import Contact, ContactImport
from core.database import transaction
from core.errors import ConflictError
from core.jobs.cancel import request_cancel
from core.jobs.claim import claim_next_job
from core.jobs.models import Job
from core.jobs.monitor import Terms
from core.jobs.run import Kind
from core.jobs.runner import Outcome, run_job
from core.setup.masters import LANGUAGES, SALUTATIONS, TERRITORIES, delete_code
from tests import factories
from tests.support import tally
from tests.support.imports import as_csv, take
from tests.support.meanwhile import until_somebody_waits

ROWS = as_csv(["Name"], *([f"Company {number}"] for number in range(5_000)))
TERMS = Terms(worker="test", lease_seconds=15, heartbeat_seconds=0.05)


@pytest.fixture
def submit(own_engine: Engine, tmp_path):
    with transaction(own_engine) as session:
        factories.marketing_setup(session)

    def request(content: str | bytes = ROWS) -> UUID:
        with transaction(own_engine) as session:
            taken = take(session, tmp_path, content)
            job = request_import(session, factories.actor(), taken, tmp_path)
            return job.public_id

    return request


def contacts(engine: Engine) -> int:
    with transaction(engine) as session:
        return session.execute(select(func.count()).select_from(Contact)).scalar_one()


def job_of(engine: Engine, public_id: UUID) -> Job:
    with transaction(engine) as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def test_it_does_its_work(own_engine, submit):
    job = submit()

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.SUCCEEDED

    found = job_of(own_engine, job)
    assert contacts(own_engine) == 5_000
    assert found.result["new"] == 5_000
    assert (found.planned, found.done) == (5_001, 5_001)


def test_a_second_delivery_changes_nothing(own_engine, submit):
    job = submit()
    run_job(own_engine, kinds.KINDS, TERMS, job)

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.NOTHING_TO_DO
    assert contacts(own_engine) == 5_000


def test_cancelled_in_the_middle_it_leaves_nothing(own_engine, submit):
    job = submit()
    outcomes = []

    with transaction(own_engine) as blocking:
        # Every insert of a contact waits behind this lock.
        blocking.execute(text("LOCK TABLE contact IN SHARE MODE"))
        worker = threading.Thread(
            target=lambda: outcomes.append(run_job(own_engine, kinds.KINDS, TERMS, job))
        )
        worker.start()
        wait_for_phase(own_engine, job, "Writing companies")
        with transaction(own_engine) as session:
            request_cancel(session, factories.actor(), job, kinds.KINDS)
        worker.join(timeout=30)

    assert outcomes == [Outcome.CANCELLED]
    assert contacts(own_engine) == 0
    with transaction(own_engine) as session:
        assert session.scalars(select(ContactImport.imported_at)).one() is None


def wait_for_phase(engine: Engine, job: UUID, phase: str) -> None:
    for _ in range(600):
        if job_of(engine, job).phase == phase:
            return
        threading.Event().wait(0.05)
    pytest.fail(f"the job never came to {phase}")


def test_a_worker_that_lost_the_job_writes_nothing(own_engine, submit):
    job = submit()
    with transaction(own_engine) as session:
        stale = claim_next_job(session, tally.terms(lease_seconds=60), {})
    with transaction(own_engine) as session:
        session.execute(
            update(Job).values(lease_until=func.now() - text("interval '1 second'"))
        )

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.SUCCEEDED

    assert stale.job.attempt < job_of(own_engine, job).attempt
    assert contacts(own_engine) == 5_000


def test_what_a_killed_worker_began_is_done_once(own_engine, submit):
    job = submit()
    with transaction(own_engine) as session:
        # Claimed, and then never heard of again.
        claim_next_job(session, tally.terms(lease_seconds=0.01), {})

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.SUCCEEDED
    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.NOTHING_TO_DO
    assert contacts(own_engine) == 5_000


def test_a_broken_file_fails_the_job_and_keeps_the_words(own_engine, submit, tmp_path):
    job = submit(ROWS + '"never closed\n')

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.FAILED

    problem = job_of(own_engine, job).problem
    assert problem["code"] == "E-CSV-FORMAT"
    assert "line 5002" in problem["detail"]
    assert contacts(own_engine) == 0


CODES = {
    "Territory Code": TERRITORIES,
    "Language Code": LANGUAGES,
    "Salutation Code": SALUTATIONS,
}


@pytest.fixture
def with_codes(own_engine, submit):
    with transaction(own_engine) as session:
        session.add_all([master.model(code="X") for master in CODES.values()])
    # A company takes its salutation from Marketing Setup whatever the file says.
    return submit(as_csv(["Name", "Type", *CODES], ["Anna", "Person", "X", "X", "X"]))


@pytest.mark.parametrize("master", CODES.values(), ids=CODES)
def test_a_code_is_kept_until_its_contacts_are_written(own_engine, with_codes, master):
    deleted = []

    def delete_meanwhile(run):
        result = kinds.KINDS[IMPORT_CONTACTS].step(run)
        with suppress(OperationalError), transaction(own_engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            delete_code(session, master, "X")
            deleted.append(master)
        return result

    meanwhile = {IMPORT_CONTACTS: Kind(delete_meanwhile)}
    outcome = run_job(own_engine, meanwhile, TERMS, with_codes)

    assert (outcome, deleted) == (Outcome.SUCCEEDED, [])
    with (
        pytest.raises(ConflictError, match="contacts still refer to it"),
        transaction(own_engine) as session,
    ):
        delete_code(session, master, "X")


def test_a_row_whose_code_is_being_deleted_is_rejected(own_engine, with_codes):
    with ThreadPoolExecutor(1) as pool, transaction(own_engine) as session:
        delete_code(session, TERRITORIES, "X")
        session.flush()
        done = pool.submit(run_job, own_engine, kinds.KINDS, TERMS, with_codes)
        until_somebody_waits(own_engine)
    assert done.result(timeout=60) == Outcome.SUCCEEDED

    assert job_of(own_engine, with_codes).result["rejected"] == 1
    assert contacts(own_engine) == 0


def test_a_file_has_one_job_at_a_time(own_engine, submit, tmp_path):
    submit()
    with transaction(own_engine) as session:
        taken = session.scalars(select(ContactImport)).one()

        with pytest.raises(ConflictError) as error:
            request_import(session, factories.actor(), taken, tmp_path)

    assert error.value.code == "E-JOB-RUNNING"


def test_a_series_that_runs_out_fails_the_job(own_engine, submit):
    with transaction(own_engine) as session:
        session.execute(text("UPDATE number_series_line SET ending_no = 'C00009'"))
    job = submit(ROWS)

    assert run_job(own_engine, kinds.KINDS, TERMS, job) == Outcome.FAILED

    assert job_of(own_engine, job).problem["code"] == "E-SERIES-RANGE"
    assert contacts(own_engine) == 0
