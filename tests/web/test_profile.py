import pytest
from sqlalchemy import select

from core.access.models import ApiToken
from core.clock import today
from core.database import transaction

PASSWORD = "walnuts on the roof"
NEW = {
    "current_password": PASSWORD,
    "password": "a different long one",
    "password_again": "a different long one",
}


def test_a_new_password_ends_every_other_session(sign_in, anna):
    here, elsewhere = sign_in("anna"), sign_in("anna")

    here.post("/profile/password", data=NEW)

    assert here.get("/").status_code == 200
    assert elsewhere.get("/").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"current_password": "x"}, "This is not your current password."),
        ({"password": "short", "password_again": "short"}, "at least 12"),
        ({"password_again": "something else"}, "differs from the new password"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(sign_in, anna, changed, words):
    client = sign_in("anna")

    answer = client.post("/profile/password", data=NEW | changed)

    assert answer.status_code == 422
    assert words in answer.text
    assert sign_in("anna").get("/").status_code == 200


def test_a_token_is_shown_once_and_never_cached(client):
    answer = client.post("/profile/tokens", data={"name": "cron", "days": "30"})

    assert "rc_" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "rc_" not in client.get("/profile").text


def test_a_revoked_token_opens_nothing(client, committing_engine):
    page = client.post("/profile/tokens", data={"name": "cron"}).text
    secret = page.split('tabindex="0">rc_')[1].split("<")[0]
    with transaction(committing_engine) as session:
        token_id = session.scalar(select(ApiToken.id))
    bearer = {"Authorization": f"Bearer rc_{secret}"}
    before = client.get("/api/v1/openapi.json", headers=bearer).status_code

    client.post(f"/profile/tokens/{token_id}/revoke")

    assert before == 200
    assert client.get("/api/v1/openapi.json", headers=bearer).status_code == 401


@pytest.mark.parametrize("days", ["\u00b2", "-1", "0", "soon", "9" * 30])
def test_a_lifetime_that_is_none_gives_no_token(client, committing_engine, days):
    answer = client.post("/profile/tokens", data={"name": "cron", "days": days})

    assert answer.status_code == 422
    assert "between 1 and 3650 days" in answer.text
    with transaction(committing_engine) as session:
        assert session.scalar(select(ApiToken.id)) is None


def test_a_token_without_a_name_keeps_what_was_typed(client):
    answer = client.post("/profile/tokens", data={"name": "  ", "days": "365"})

    assert answer.status_code == 422
    assert '<option value="365" selected>' in answer.text


def test_a_chosen_work_date_is_shown_until_today_is_chosen_again(client):
    client.post("/profile/work-date", data={"work_date": "2030-01-31", "back": "/"})
    chosen = client.get("/").text
    client.post("/profile/work-date", data={"work_date": today().isoformat()})

    assert "Work date 2030-01-31" in chosen
    assert "Work date 2030" not in client.get("/").text


def test_a_program_sends_its_work_date_in_a_header(client):
    chosen = client.get("/", headers={"X-Work-Date": "2030-01-31"})
    refused = client.get("/api/v1/openapi.json", headers={"X-Work-Date": "tomorrow"})

    assert "Work date 2030-01-31" in chosen.text
    assert refused.status_code == 400
    assert "2030-12-31" in refused.json["detail"]
