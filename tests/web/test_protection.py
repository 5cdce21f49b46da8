import pytest

from core.access import tokens
from core.access.actor import Actor
from core.clock import today
from core.database import transaction
from tests.web.conftest import csrf_token


@pytest.fixture
def secret(anna, committing_engine):
    actor = Actor(anna.id, "anna", anna.role, "", today())
    with transaction(committing_engine) as session:
        return tokens.create_token(session, actor, name="cron", days=1).secret


def test_a_form_without_its_token_is_refused_and_says_what_to_do(guarded_app, client):
    answer = client.post("/profile/tokens", data={"name": "cron"})

    assert answer.status_code == 400
    assert "Load the page again" in answer.text


def test_a_form_with_its_token_is_taken(guarded_app, client):
    token = csrf_token(client.get("/profile").text)

    answer = client.post("/profile/tokens", data={"name": "cron", "csrf_token": token})

    assert answer.status_code == 201


def test_a_script_of_our_page_sends_the_token_in_a_header(guarded_app, client):
    token = csrf_token(client.get("/profile").text)

    answer = client.post(
        "/profile/tokens", data={"name": "cron"}, headers={"X-CSRFToken": token}
    )

    assert answer.status_code == 201


def test_signing_in_needs_the_token_too(guarded_app, anna):
    client = guarded_app.test_client()

    answer = client.post("/sign-in", data={"username": "anna", "password": "x"})

    assert answer.status_code == 400


def test_a_program_with_a_bearer_token_needs_no_csrf_token(guarded_app, secret):
    client = guarded_app.test_client()

    answer = client.post(
        "/profile/tokens",
        data={"name": "second"},
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert answer.status_code == 201


def test_a_bearer_token_that_nobody_has_is_no_way_around_csrf(guarded_app, client):
    answer = client.post(
        "/profile/tokens",
        data={"name": "x"},
        headers={"Authorization": "Bearer rc_made-up"},
    )

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer \t", "bearer x"])
def test_an_empty_or_unknown_bearer_token_is_401(app, header):
    answer = app.test_client().get(
        "/api/v1/openapi.json", headers={"Authorization": header}
    )

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["code"] == "E-SIGN-IN"


def test_every_answer_carries_the_protecting_headers(client):
    headers = client.get("/").headers

    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app, anna):
    answer = app.test_client().post(
        "/sign-in", data={"username": "anna", "password": "walnuts on the roof"}
    )

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_role_that_is_not_enough_is_told_which_one_would_be(client_as):
    answer = client_as("marketer").get("/setup/users")

    assert answer.status_code == 403
    assert "this needs the role administrator" in answer.text


def test_a_cookie_signed_with_another_key_is_nobody(app, client):
    app.config["SECRET_KEY"] = "rotated"

    assert client.get("/").location.startswith("/sign-in")


def test_a_fragment_asked_for_after_the_session_ended_sends_the_page_to_sign_in(app):
    answer = app.test_client().get("/home/jobs", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"
