from threading import Barrier, Thread

import pytest

from core.database import transaction
from core.errors import ConflictError
from core.jobs.request import request_job
from tests import factories
from tests.support import tally


def submit(engine, subject="segment:1"):
    with transaction(engine) as session:
        return request_job(
            session,
            factories.actor(role="marketer", salesperson_code="JR"),
            kind="tally",
            title="Log segment SM00001",
            subject=subject,
            arguments={"rows": 1},
        )


def test_a_job_remembers_who_asked_and_on_what_work_date(committing_engine):
    job = submit(committing_engine)

    asker = (job.requested_by, job.requested_role, job.requested_salesperson_code)
    assert asker == ("anna", "marketer", "JR")
    assert job.work_date == factories.WORK_DATE
    assert (job.state, job.attempt) == ("queued", 0)
    assert tally.events_of(committing_engine, job.public_id) == ["submitted"]


def test_the_second_request_is_led_to_the_job_of_the_first(committing_engine):
    first = submit(committing_engine)

    with pytest.raises(ConflictError) as refused:
        submit(committing_engine)

    assert refused.value.code == "E-JOB-RUNNING"
    assert refused.value.links == {"job": str(first.public_id)}


def test_of_many_requests_at_the_same_instant_one_is_kept(committing_engine):
    start = Barrier(6)
    kept, refused = [], []

    def ask():
        start.wait()
        try:
            kept.append(submit(committing_engine))
        except ConflictError as error:
            refused.append(error.links["job"])

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [str(kept[0].public_id)] * 5


def test_jobs_without_a_subject_do_not_get_in_each_others_way(committing_engine):
    assert submit(committing_engine, None).id != submit(committing_engine, None).id


def test_a_request_that_is_rolled_back_leaves_no_job(committing_engine):
    with pytest.raises(ZeroDivisionError), transaction(committing_engine) as session:
        request_job(
            session,
            factories.actor(),
            kind="tally",
            title="Count",
            subject="segment:1",
            arguments={"rows": 1 / 0},
        )

    assert submit(committing_engine)
