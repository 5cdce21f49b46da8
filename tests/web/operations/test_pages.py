import re
from html import unescape

import pytest
from sqlalchemy import select, text

from core.access.models import AuditEvent
from core.database import transaction
from core.jobs.models import PausedQueue
from core.operations.models import WorkerProcess
from tests.support.programs import wait_until

PAGES = ("/operations", "/operations/workers", "/operations/queues")


def asks_again_at(page):
    found = re.search(r'hx-get="(/operations[^"]*live[^"]*)"', page)
    assert found, "The page does not ask again."
    return unescape(found[1])


def deeds(engine):
    with transaction(engine) as session:
        rows = session.execute(select(AuditEvent.action, AuditEvent.username))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("role", ["viewer", "marketer"])
def test_others_are_told_which_role_is_missing(client_as, address, role):
    answer = client_as(role).get(address)

    assert answer.status_code == 403
    assert "operator or administrator" in answer.text


def test_only_who_may_operate_is_led_there(client_as):
    assert 'href="/operations"' in client_as("operator").get("/jobs").text
    assert 'href="/operations"' not in client_as("marketer").get("/jobs").text


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_sent_while_nothing_changes(operator, worker, job, address):
    # The machine is none of ours: now and then its disk fills up in between.
    wait_until(lambda: is_unchanged(operator, address))


def is_unchanged(operator, address):
    ask = asks_again_at(operator.get(address).text)
    return operator.get(ask).status_code == 304


@pytest.mark.parametrize("address", PAGES)
def test_a_change_is_sent(operator, committing_engine, worker, job, address):
    ask = asks_again_at(operator.get(address).text)
    with transaction(committing_engine) as session:
        session.execute(text("DELETE FROM job_event"))
        session.execute(text("DELETE FROM job"))

    answer = operator.get(ask)

    assert answer.status_code == 200
    assert asks_again_at(answer.text) != ask


def test_a_worker_shows_itself_and_what_it_runs(operator, worker, job):
    page = operator.get("/operations/workers").text

    for words in ("alpha", "process 7", "1.2", "123 MB", "1 of 2 busy", "41 %"):
        assert words in page
    assert f'href="/jobs/{job.public_id}"' in page


def test_without_workers_the_page_says_how_to_start_one(operator):
    assert "docker compose up" in operator.get("/operations/workers").text


def test_silence_has_words(operator, committing_engine, worker, job):
    with transaction(committing_engine) as session:
        session.execute(
            text("UPDATE worker_process SET last_seen_at = now() - interval '95 s'")
        )

    assert "Lost" in operator.get("/operations/workers").text
    assert "for 1 min" in operator.get("/operations/workers").text
    assert "No worker is alive" in operator.get("/operations").text


def test_draining_asks_with_what_it_means(operator, worker, job):
    page = operator.get(f"/operations/workers/{worker}/drain").text

    assert "The job it runs goes back to the queue" in page
    assert "Log segment SM1" in page
    assert "No other worker takes jobs" in page


def test_a_worker_is_drained_and_called_back(operator, committing_engine, worker):
    address = f"/operations/workers/{worker}"

    drained = operator.post(f"{address}/drain", follow_redirects=True).text
    assert "Drained" in drained
    assert "by operator" in drained
    assert "takes jobs again within seconds" in operator.get(
        f"{address}/call-back"
    ).text.replace("It takes", "takes")
    called_back = operator.post(f"{address}/call-back", follow_redirects=True).text

    assert "Idle" in called_back
    assert deeds(committing_engine) == [
        ("worker.drain", "operator"),
        ("worker.call_back", "operator"),
    ]


def test_draining_what_has_stopped_says_so(operator, committing_engine, worker):
    with transaction(committing_engine) as session:
        session.execute(text("UPDATE worker_process SET stopped_at = now()"))

    page = operator.post(f"/operations/workers/{worker}/drain", follow_redirects=True)

    assert "has stopped already" in page.text


def test_a_forged_worker_is_not_found(operator):
    nobody = "/operations/workers/01890a5d-ac96-774b-bcce-b302099a8057/drain"

    assert operator.get(nobody).status_code == 404
    assert operator.post(nobody).status_code == 404


@pytest.mark.parametrize("deed", ["drain", "call-back"])
def test_a_marketer_cannot_touch_workers(client_as, worker, deed):
    address = f"/operations/workers/{worker}/{deed}"

    assert client_as("marketer").post(address).status_code == 403


def test_a_queue_tells_depth_age_and_what_was_done(operator, job, waiting):
    page = operator.get("/operations/queues").text

    assert "Log segment" in page
    assert re.search(r"Waiting</dt><dd><a[^>]*>1<", page)
    assert "Jobs ended in each of the last 60 minutes: none." in page


def test_the_throughput_is_told_as_a_table_too(operator, committing_engine, waiting):
    with transaction(committing_engine) as session:
        session.execute(
            text(
                "UPDATE job SET state = 'succeeded',"
                " finished_at = now() - interval '90 seconds'"
            )
        )

    chart = operator.get("/operations/queues").text
    table = operator.get("/operations/queues?as=table").text

    assert 'href="/operations/queues?as=table"' in chart
    assert "as=table" in asks_again_at(table)
    assert re.search(r'<td class="num">1</td><td class="num">1</td>', table)


def test_pausing_asks_how_many_it_is_about(operator, job, waiting):
    page = operator.get("/operations/queues/jobs/pause").text

    assert "The 1 job that waits stays" in page
    assert "The 1 job that runs goes on" in page


def test_a_queue_is_paused_and_resumed(operator, committing_engine, waiting):
    paused = operator.post("/operations/queues/jobs/pause", follow_redirects=True).text
    with transaction(committing_engine) as session:
        assert session.scalars(select(PausedQueue.name)).all() == ["jobs"]
    assert "Paused" in paused
    assert "is paused by operator; 1 job waits" in operator.get("/operations").text

    resumed = operator.post("/operations/queues/jobs/resume", follow_redirects=True)
    assert "Open" in resumed.text
    assert deeds(committing_engine) == [
        ("queue.pause", "operator"),
        ("queue.resume", "operator"),
    ]


def test_there_is_no_other_queue(operator):
    assert operator.get("/operations/queues/mail/pause").status_code == 404
    assert operator.post("/operations/queues/mail/pause").status_code == 404


def test_health_says_when_all_is_well(operator, worker):
    page = operator.get("/operations").text

    assert "All is well" in page
    assert "beats" in page
    assert "answers" in page
    assert "The newest" in page


def test_health_names_the_bottleneck_first(operator, committing_engine, job, waiting):
    with transaction(committing_engine) as session:
        session.execute(text("UPDATE worker_process SET slots = 1"))

    page = operator.get("/operations").text

    assert "Why is it slow?" in page
    assert "All 1 slots are busy, and 1 job waits." in page


def test_rows_of_workers_are_gone_with_the_test(operator, committing_engine):
    with transaction(committing_engine) as session:
        assert session.scalars(select(WorkerProcess)).all() == []
