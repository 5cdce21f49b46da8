import pytest
from flask import Flask

from core.access.roles import Permission
from core.database import make_engine
from core.errors import ConflictError, Fault, RefusedError, TransientError
from web.app import create_app
from web.permissions import requires

TROUBLE = {
    "conflict": ConflictError("E-FROZEN", "It is being logged.", links={"job": "j1"}),
    "refused": RefusedError(
        "E-DESC",
        "No description.",
        faults=(Fault("E-DESC", "No description.", field="description"),),
    ),
    "transient": TransientError("E-BUSY", "Try again."),
    "bug": ZeroDivisionError("secret detail"),
}


@pytest.fixture
def app(settings, committing_engine, nudge) -> Flask:
    """One of its own, with addresses where things go wrong."""
    app = create_app(settings, committing_engine, nudge)

    @requires(Permission.READ)
    def fail(kind: str) -> str:
        raise TROUBLE[kind]

    app.config.update(TESTING=True, WTF_CSRF_METHODS=set(), PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/fail/<kind>", "fail", fail)
    app.add_url_rule("/api/v1/fail/<kind>", "api_fail", fail)
    return app


@pytest.mark.parametrize(
    ("kind", "status"),
    [("conflict", 409), ("refused", 422), ("transient", 503), ("bug", 500)],
)
def test_each_kind_of_trouble_has_its_status_for_pages_and_programs(
    client, kind, status
):
    page = client.get(f"/fail/{kind}")
    document = client.get(f"/api/v1/fail/{kind}")

    assert page.status_code == document.status_code == status
    assert page.mimetype == "text/html"
    assert document.mimetype == "application/problem+json"


def test_a_problem_names_code_fields_and_where_to_look(client):
    refused = client.get("/api/v1/fail/refused").json
    conflict = client.get("/api/v1/fail/conflict").json

    assert refused["code"] == "E-DESC"
    assert refused["errors"] == [
        {"code": "E-DESC", "detail": "No description.", "field": "description"}
    ]
    assert conflict["links"] == {"job": "/api/v1/jobs/j1"}


def test_a_bug_shows_a_reference_that_the_diagnostics_carry_too(client, caplog):
    page = client.get("/fail/bug").text
    document = client.get("/api/v1/fail/bug").json

    references = [record.args[0] for record in caplog.records if record.exc_info]
    assert references[0] in page
    assert references[1] in document["detail"]
    assert "secret detail" not in page + document["detail"]


def test_a_database_that_does_not_answer_is_503_not_a_bug(client, app):
    # Nobody listens on port 1.
    away = make_engine("postgresql://nobody@127.0.0.1:1/none")
    app.extensions["rollcall"] = app.extensions["rollcall"]._replace(engine=away)

    ready = client.get("/health/ready")
    page = client.get("/")
    answer = client.get("/api/v1/openapi.json")

    assert ready.status_code == page.status_code == 503
    assert "The database does not answer." in page.text
    assert answer.status_code == 503
    assert answer.json["code"] == "E-UNAVAILABLE"
    assert answer.headers["Retry-After"] == "5"


def test_an_unknown_address_is_404_in_our_words(client):
    assert "There is no such page or record." in client.get("/nowhere").text
    assert client.get("/api/v1/nowhere").json["code"] == "E-NOT-FOUND"
