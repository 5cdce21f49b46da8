import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, text, update

from core.database import make_engine, transaction
from core.jobs.models import Job
from core.operations.pulse import Beating, record_pulse
from core.settings import environment_of_a_child
from tests.support import tally
from web.app import create_app


@pytest.fixture
def samples(app):
    """What is read on this machine: name and labels to value."""

    def samples():
        page = app.test_client().get("/metrics").text
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(page)
            for sample in family.samples
        }

    return samples


@pytest.fixture
def with_token(settings, committing_engine, nudge):
    settings = replace(settings, metrics_token="let me read")
    return create_app(settings, committing_engine, nudge).test_client()


ELSEWHERE = {"REMOTE_ADDR": "10.1.2.3"}


def test_another_machine_needs_the_token(with_token):
    refused = with_token.get("/metrics", environ_base=ELSEWHERE)
    wrong = with_token.get(
        "/metrics", environ_base=ELSEWHERE, headers={"Authorization": "Bearer x"}
    )
    right = with_token.get(
        "/metrics",
        environ_base=ELSEWHERE,
        headers={"Authorization": "Bearer let me read"},
    )

    assert (refused.status_code, wrong.status_code) == (403, 403)
    assert right.status_code == 200
    assert "METRICS_TOKEN" in refused.text


def test_without_a_token_no_other_machine_may_read(app):
    answer = app.test_client().get(
        "/metrics", environ_base=ELSEWHERE, headers={"Authorization": "Bearer "}
    )

    assert answer.status_code == 403


def test_a_proxy_on_this_machine_asks_for_somebody_else(app):
    answer = app.test_client().get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})

    assert answer.status_code == 403


def test_jobs_by_kind_and_state_and_how_long_they_took(samples, committing_engine):
    tally.submit(committing_engine)
    ended = tally.submit(committing_engine)
    with transaction(committing_engine) as session:
        session.execute(
            update(Job)
            .where(Job.public_id == ended)
            .values(
                state="succeeded",
                started_at=func.now() - text("interval '7 seconds'"),
                finished_at=func.now(),
            )
        )

    found = samples()

    assert found["rollcall_jobs", "tally", "waiting"] == 1
    assert found["rollcall_jobs_ended_total", "succeeded", "tally"] == 1
    assert found["rollcall_job_seconds_sum", "succeeded", "tally"] == 7
    assert found["rollcall_job_seconds_bucket", "5.0", "succeeded", "tally"] == 0
    assert found["rollcall_job_seconds_bucket", "15.0", "succeeded", "tally"] == 1
    assert found["rollcall_queue_depth", "jobs"] == 1
    assert found["rollcall_queue_oldest_seconds", "jobs"] > 0


def test_the_speed_of_what_runs(samples, committing_engine):
    tally.submit(committing_engine)
    with transaction(committing_engine) as session:
        session.execute(
            update(Job).values(
                state="running",
                attempt=1,
                done=500,
                claimed_at=func.now() - text("interval '10 seconds'"),
                progress_at=func.now(),
                lease_until=func.now() + text("interval '10 seconds'"),
            )
        )

    assert samples()["rollcall_job_lines_per_second", "tally"] == 50


def test_beat_broker_database_and_workers(samples, committing_engine):
    with transaction(committing_engine) as session:
        record_pulse(session, Beating.BEAT)

    found = samples()

    assert 0 <= found["rollcall_beat_lag_seconds",] < 10
    assert found["rollcall_broker_up",] == 1
    assert found["rollcall_database_up",] == 1
    assert found["rollcall_workers_alive",] == 0


def test_requests_are_counted_by_route(client, samples):
    route = ("rollcall_http_requests_total", "/jobs/<uuid:public_id>", "404", "GET")
    key = (route[0], *sorted(route[1:]))
    before = samples().get(key, 0)

    client.get("/jobs/01890a5d-ac96-774b-bcce-b302099a8057")

    assert samples()[key] == before + 1


def test_without_the_database_the_rest_is_still_told(settings, nudge):
    nowhere = make_engine("postgresql://nobody@127.0.0.1:9/nothing")
    page = create_app(settings, nowhere, nudge).test_client().get("/metrics").text

    assert "rollcall_database_up 0.0" in page
    assert "rollcall_broker_up 1.0" in page


COUNT_IN_ANOTHER_PROCESS = """
from web.metrics import REQUESTS
REQUESTS.labels("GET", "/of-another-process", 200).inc()
"""

READ = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_processes_add_their_counts_up(tmp_path):
    folder = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    environment = environment_of_a_child(fixed=folder, defaults={})

    def run(program):
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    run(COUNT_IN_ANOTHER_PROCESS)
    run(COUNT_IN_ANOTHER_PROCESS)

    assert 'route="/of-another-process",status="200"} 2.0' in run(READ)
