import pytest
from sqlalchemy import select

from core.access.models import AuditEvent
from core.database import transaction
from web.sign_in import own_address

PASSWORD = "walnuts on the roof"


def test_a_stranger_is_led_to_the_sign_in_page_and_back(app, anna):
    client = app.test_client()

    led = client.get("/setup/users?x=1")
    back = client.post(led.location, data={"username": "anna", "password": PASSWORD})

    assert led.location == "/sign-in?next=/setup/users?x%3D1"
    assert back.location == "/setup/users?x=1"


def test_a_wrong_password_keeps_the_user_name_and_lets_nobody_in(app, anna):
    client = app.test_client()

    answer = client.post("/sign-in", data={"username": "anna", "password": "no"})

    assert answer.status_code == 422
    assert 'value="anna"' in answer.text
    assert client.get("/").status_code == 303


def test_an_unknown_user_reads_the_same_words_as_a_wrong_password(app, anna):
    client = app.test_client()

    known = client.post("/sign-in", data={"username": "anna", "password": "no"})
    unknown = client.post("/sign-in", data={"username": "nobody", "password": "no"})

    assert unknown.status_code == known.status_code
    assert "User name or password is wrong." in known.text
    assert "User name or password is wrong." in unknown.text


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(app, anna):
    client = app.test_client()
    for _ in range(5):
        client.post("/sign-in", data={"username": "anna", "password": "no"})

    answer = client.post("/sign-in", data={"username": "anna", "password": PASSWORD})

    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text


def test_signing_in_leaves_an_audit_entry(sign_in, anna, committing_engine):
    sign_in("ANNA")

    with transaction(committing_engine) as session:
        events = session.scalars(select(AuditEvent)).all()
    assert [(event.action, event.username) for event in events] == [
        ("user.sign_in", "anna")
    ]


def test_signing_out_ends_the_session_and_clears_the_browser(client):
    answer = client.post("/sign-out")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/").location.startswith("/sign-in")


@pytest.mark.parametrize(
    "foreign",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "/\t/example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_a_foreign_address_leads_home(foreign):
    assert own_address(foreign) == "/"


def test_an_own_address_is_kept_with_its_filters():
    assert own_address("/contacts?city=Århus") == "/contacts?city=Århus"
