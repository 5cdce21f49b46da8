import re

from core.clock import today
from core.contacts.models import Contact
from core.database import transaction
from core.jobs.models import Job
from core.segments.models import Segment


def add(engine, *rows):
    with transaction(engine) as session:
        session.add_all(rows)


def a_job(**values):
    return Job(kind="x", title="Log SM1", arguments={}, work_date=today(), **values)


def test_home_teaches_the_first_steps_while_nothing_is_there(client):
    page = client.get("/").text

    assert "Bring your contacts in" in page
    assert "No active segments" in page


def test_home_lists_active_segments(client, committing_engine):
    add(committing_engine, Segment(no="SM1", description="<b>Fair</b> & more"))

    page = client.get("/").text

    assert 'href="/segments/SM1"' in page
    assert "&lt;b&gt;Fair&lt;/b&gt; &amp; more" in page


def test_a_viewer_is_not_offered_what_a_viewer_may_not_do(client_as):
    assert "/segments/new" not in client_as("viewer").get("/").text


def test_the_jobs_strip_answers_only_when_something_changed(client, committing_engine):
    before = client.get("/home/jobs")
    seen = re.search(r"seen=(\w+)", before.text)[1]
    unchanged = client.get(f"/home/jobs?seen={seen}")
    add(committing_engine, a_job())

    changed = client.get(f"/home/jobs?seen={seen}")

    assert unchanged.status_code == 304
    assert changed.status_code == 200
    assert "Log SM1" in changed.text
    assert 'hx-trigger="tick from:body"' in changed.text


def test_search_finds_records_by_number_and_pages_by_name(client, committing_engine):
    add(
        committing_engine,
        Contact(no="C100", name="Müller & Söhne", search_name="MÜLLER & SÖHNE"),
        Segment(no="SM1", description="Spring fair"),
        a_job(),
    )

    assert "Müller &amp; Söhne" in client.get("/search/found?q=müll").text
    assert 'href="/contacts/C100"' in client.get("/search?q=c10").text
    assert 'href="/segments/SM1"' in client.get("/search/found?q=fair").text
    assert "Log SM1" in client.get("/search/found?q=log sm").text
    assert 'href="/setup/users"' in client.get("/search/found?q=users").text


def test_search_takes_signs_of_patterns_literally(client, committing_engine):
    add(committing_engine, Segment(no="SM1", description="Spring fair"))

    page = client.get("/search/found?q=%25%25").text

    assert "SM1" not in page
    assert "Nothing begins with" in page


def test_health_is_open_to_everybody(app):
    client = app.test_client()

    assert client.get("/health/live").json == {"status": "ok"}
    assert client.get("/health/ready").json["status"] == "ok"
