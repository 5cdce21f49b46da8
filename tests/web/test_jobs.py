import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, text, update

from core import kinds
from core.database import transaction
from core.jobs.models import Job, JobEvent
from core.jobs.request import request_job
from tests import factories
from tests.support import tally

RUNNING = {
    "state": "running",
    "attempt": 1,
    "phase": "logging",
    "done": 260,
    "claimed_at": func.now() - text("interval '10 seconds'"),
    "progress_at": func.now(),
    "lease_until": func.now() + text("interval '10 seconds'"),
}
SUCCEEDED = {
    "state": "succeeded",
    "done": 1000,
    "started_at": func.now() - text("interval '90 seconds'"),
    "finished_at": func.now(),
    "lease_until": None,
    "result": {
        "planned": 1000,
        "logged": 990,
        "skipped": 10,
        "logged_segment_entry_no": 7,
        "follow_up_segment_no": "SM00002",
    },
}
FAILED = {
    "state": "failed",
    "finished_at": func.now(),
    "problem": {"code": "E-DESC", "detail": "No words.", "errors": [], "links": {}},
    "diagnostics": "Traceback",
}


KINDS = kinds.KINDS


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", {})


@pytest.fixture
def change(committing_engine):
    def change(job, **values):
        with transaction(committing_engine) as session:
            session.execute(update(Job).where(Job.id == job.id).values(values))

    return change


@pytest.fixture
def submit(committing_engine, change):
    def submit(title="Log segment SM00001", **values):
        with transaction(committing_engine) as session:
            job = request_job(
                session,
                factories.actor(),
                kind="nothing",
                title=title,
                subject=None,
                arguments={},
                planned=1000,
            )
        if values:
            change(job, **values)
        return job

    return submit


def live_address(page: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger="tick', page)
    assert found, "The page does not ask again."
    return found[1].replace("&amp;", "&")


def version_of(page: str) -> str:
    """As the ticker sends it."""
    return f'"{parse_qs(urlsplit(live_address(page)).query)["seen"][0]}"'


@pytest.mark.parametrize(
    ("tab", "shown"),
    [("running", RUNNING), ("queued", {}), ("attention", FAILED), ("done", SUCCEEDED)],
)
def test_each_job_is_on_its_tab(client, submit, tab, shown):
    submit(**shown)

    pages = {
        name: client.get(f"/jobs?tab={name}").text
        for name in ("running", "queued", "attention", "done")
    }

    assert [name for name, page in pages.items() if "SM00001" in page] == [tab]


@pytest.mark.parametrize(
    ("result", "words", "address"),
    [
        (
            {"campaign_no": "CP1", "targets": 2, "customers": 1},
            "2 targets, 1 of them a customer",
            "/campaigns/CP1",
        ),
        (
            {"contact_no": "K1", "merged_no": "K2", "rows_moved": 1},
            "K2 merged, 1 row moved",
            "/contacts/K1",
        ),
        (
            {"profile_questionnaire": "Q", "answers_added": 1, "answers_removed": 3},
            "1 answer added, 3 taken away",
            "/setup/profile-questionnaires/Q",
        ),
    ],
)
def test_the_result_reads_as_words_and_leads_to_what_was_made(
    client, submit, result, words, address
):
    job = submit(**SUCCEEDED | {"result": result})

    page = client.get(f"/jobs/{job.public_id}").text

    assert words in page
    assert f'href="{address}"' in page


def test_jobs_are_filtered_by_title_kind_and_person(client, submit, change):
    submit("Log segment SM00001", kind="log_segment")
    submit("Log segment SM00002", kind="log_segment", requested_by="bo")
    submit("Check the database", kind="check_database")

    def shown(query):
        page = client.get(f"/jobs?tab=queued&{query}").text
        return set(re.findall(r"SM00001|SM00002|Check the database", page))

    assert shown("words=sm00001") == {"SM00001"}
    assert shown("kind=check_database") == {"Check the database"}
    assert shown("requested_by=bo") == {"SM00002"}
    assert shown("words=100%25") == set()
    assert shown("words=%00") == {"SM00001", "SM00002", "Check the database"}


def test_a_filter_stays_while_the_list_asks_again_and_goes_on(client, submit):
    for number in range(27):
        submit(f"Job {number:02}", kind="tally" if number else "other")

    page = client.get("/jobs?tab=queued&kind=tally").text

    assert "kind=tally" in live_address(page)
    assert client.get(live_address(page)).status_code == 304
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "Job 00" not in client.get(following).text
    assert "Job 01" in client.get(following).text


def test_a_filter_that_finds_nothing_says_so(client, submit):
    submit()

    page = client.get("/jobs?tab=queued&words=unknown").text

    assert "No job matches" in page
    assert 'href="/jobs?tab=queued"' in page


def test_an_empty_tab_says_what_would_be_there(client):
    assert "Nothing needs attention" in client.get("/jobs?tab=attention").text


def test_the_list_goes_on_with_the_next_page(client, submit):
    for number in range(27):
        submit(f"Job {number:02}")

    first = client.get("/jobs?tab=queued").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(following).text

    assert "Job 26" in first
    assert "Job 01" in second
    assert "Job 02" not in second


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("log_segment", "1\u202f000 lines"),
        ("add_contacts", "1\u202f000 contacts"),
        ("classify_contacts", "1\u202f000 questions"),
        ("cancel_entries", "1\u202f000 entries"),
        ("merge_contacts", "1\u202f000 rows"),
        ("of a later version", "1\u202f000 rows"),
    ],
)
def test_everywhere_a_job_counts_what_its_kind_counts(
    client, submit, monkeypatch, kind, words
):
    monkeypatch.setattr(kinds, "KINDS", KINDS)
    address = f"/jobs/{submit(**RUNNING, kind=kind).public_id}"

    pages = [
        client.get(page).text
        for page in (address, f"{address}/live", "/jobs", "/jobs/live", "/home/jobs")
    ]

    assert all(f"260 of {words}" in page for page in pages)
    assert f"not one of its {words}" in pages[0]
    assert client.get(f"/api/v1{address}").json["unit"] == words.split()[-1]


def test_one_refused_row_of_a_file_is_no_line(client, submit, monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", KINDS)
    job = submit(**FAILED, kind="import_contacts", error_count=1)

    page = client.get(f"/jobs/{job.public_id}").text

    assert "Refused rows" in page
    assert '<th scope="col" class="num">Row</th>' in page


def test_a_running_job_shows_bar_rate_phase_and_remaining_time(client, submit):
    page = client.get(f"/jobs/{submit(**RUNNING).public_id}").text

    assert 'aria-valuetext="260 of 1\u202f000 rows"' in page
    assert "26 %" in page
    assert "29 s" in page
    assert "Logging" in page


def test_nothing_is_sent_while_nothing_changes(client, submit):
    page = client.get(f"/jobs/{submit(**RUNNING).public_id}").text

    answer = client.get(live_address(page))
    by_header = client.get(
        urlsplit(live_address(page)).path, headers={"If-None-Match": version_of(page)}
    )

    assert (answer.status_code, answer.data) == (304, b"")
    assert by_header.status_code == 304
    assert answer.headers["ETag"] == version_of(page)


def test_a_quarter_of_the_way_is_said_aloud_once(client, submit, change):
    job = submit(**RUNNING)
    ask = live_address(client.get(f"/jobs/{job.public_id}").text)

    change(job, done=300)
    a_bit = client.get(ask)
    change(job, done=510)
    half = client.get(live_address(a_bit.text))

    assert "HX-Trigger" not in a_bit.headers
    assert half.headers["HX-Trigger"] == '{"announce": "Log segment SM00001: 50 %"}'


def test_a_finished_job_stops_asking_and_says_so(client, submit, change):
    job = submit(**RUNNING)
    ask = live_address(client.get(f"/jobs/{job.public_id}").text)

    change(job, **SUCCEEDED)
    final = client.get(ask)

    assert "hx-trigger" not in final.text
    assert "succeeded" in final.headers["HX-Trigger"]


def test_a_finished_job_shows_its_sum_and_leads_to_what_it_made(client, submit):
    page = client.get(f"/jobs/{submit(**SUCCEEDED).public_id}").text

    assert "1\u202f000 planned = 990 logged + 10 skipped" in page
    assert 'href="/logged-segments/7"' in page
    assert 'href="/segments/SM00002"' in page
    assert "1 min 30 s" in page


def test_a_failed_job_gives_the_reason_to_all_and_the_trace_to_operators(
    client_as, submit
):
    address = f"/jobs/{submit(**FAILED).public_id}"

    assert "No words." in client_as("marketer").get(address).text
    assert "Traceback" not in client_as("viewer").get(address).text
    assert "Traceback" in client_as("operator").get(address).text


def test_the_dialog_says_what_cancelling_means_and_does_it(client, submit):
    address = f"/jobs/{submit().public_id}"

    page = client.get(address).text
    answer = client.post(f"{address}/cancel", follow_redirects=True)

    assert "Nothing of it will have been written" in page
    assert "not one of its 1\u202f000 rows" in page
    assert "Cancelled by anna" not in page
    assert "Cancelled by administrator" in answer.text


def test_cancelling_what_has_finished_meanwhile_says_so(client, submit):
    address = f"/jobs/{submit(**SUCCEEDED).public_id}"

    answer = client.post(f"{address}/cancel", follow_redirects=True)

    assert "is finished already" in answer.text


def test_a_failed_job_is_started_again_after_asking(client, submit, nudge, monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", tally.KINDS)
    address = f"/jobs/{submit(**FAILED, kind='tally', arguments={'rows': 7}).public_id}"

    page = client.get(address).text
    answer = client.post(f"{address}/retry")

    assert "A new job does the same: Log segment SM00001, 1\u202f000 rows" in page
    assert answer.headers["Location"] == f"/jobs/{nudge.rung[0]}"
    assert "Started again" in client.get(answer.headers["Location"]).text


def test_what_cannot_be_started_again_says_why(client, submit):
    address = f"/jobs/{submit(**SUCCEEDED).public_id}"

    assert "Start again" not in client.get(address).text
    answer = client.post(f"{address}/retry", follow_redirects=True)
    assert "It was not started again." in answer.text


def test_attempts_and_phases_are_told_with_the_reason_of_each_end(
    client, submit, committing_engine
):
    job = submit(**RUNNING)
    with transaction(committing_engine) as session:
        for attempt, event, detail in (
            (1, "claimed", "By alpha:7."),
            (2, "taken_over", "By beta:8; alpha:7 was not heard of any more."),
            (2, "phase_begun", "logging"),
        ):
            session.add(
                JobEvent(job_id=job.id, attempt=attempt, event=event, detail=detail)
            )

    page = client.get(f"/jobs/{job.public_id}").text

    assert "Lost" in page
    assert "alpha:7 was not heard of any more." in page
    assert "of attempt 2" in page
    assert 'aria-current="step"' in page


def test_a_viewer_has_nothing_to_cancel(client_as, submit):
    address = f"/jobs/{submit().public_id}"
    viewer = client_as("viewer")

    assert "Cancel the job" not in viewer.get(address).text
    assert viewer.post(f"{address}/cancel").status_code == 403
    assert viewer.post(f"{address}/retry").status_code == 403


def test_an_unknown_job_is_a_page_not_found(client):
    unknown = "/jobs/01890a5d-ac96-774b-bcce-b302099a8057"

    assert client.get(unknown).status_code == 404
    assert client.get("/jobs/7").status_code == 404
    assert client.post(f"{unknown}/cancel").status_code == 404
