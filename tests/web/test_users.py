from sqlalchemy import select

from core.access.models import User
from core.contacts.models import Salesperson
from core.database import transaction
from tests import factories

BERT = {"username": "bert", "password": "another good one", "role": "marketer"}


def role_of(engine, username):
    with transaction(engine) as session:
        return session.scalar(select(User.role).where(User.username == username))


def test_an_administrator_adds_a_user_who_can_sign_in(client, sign_in):
    client.post("/setup/users/new", data=BERT)

    assert sign_in("bert", BERT["password"]).get("/").status_code == 200


def test_a_refused_user_keeps_what_was_typed_but_the_password(client):
    answer = client.post("/setup/users/new", data=BERT | {"password": "short-one"})

    assert answer.status_code == 422
    assert 'value="bert"' in answer.text
    assert "short-one" not in answer.text


def test_an_unknown_salesperson_is_named(client):
    answer = client.post("/setup/users/new", data=BERT | {"salesperson_code": "zz"})

    assert answer.status_code == 422
    assert "There is no salesperson ZZ." in answer.text


def test_the_salesperson_of_a_user_is_not_deleted(client, committing_engine):
    with transaction(committing_engine) as session:
        factories.salesperson(session, "JR")
    client.post("/setup/users/new", data=BERT | {"salesperson_code": "JR"})

    answer = client.post("/setup/salespeople/JR/delete")

    assert answer.status_code == 409
    assert "JR cannot be deleted: users still refer to it." in answer.text
    with transaction(committing_engine) as session:
        assert session.get(Salesperson, "JR") is not None


def test_a_deactivated_user_is_signed_out_at_once(client_as, committing_engine):
    administrator, viewer = client_as("administrator"), client_as("viewer")
    with transaction(committing_engine) as session:
        user_id = session.scalar(select(User.id).where(User.username == "viewer"))

    administrator.post(f"/setup/users/{user_id}/deactivate")

    assert viewer.get("/").location.startswith("/sign-in")


def test_the_last_administrator_stays(client, committing_engine):
    with transaction(committing_engine) as session:
        user_id = session.scalar(select(User.id))

    demoted = client.post(f"/setup/users/{user_id}", data={"role": "viewer"})
    removed = client.post(f"/setup/users/{user_id}/deactivate")

    assert demoted.status_code == removed.status_code == 422
    assert "last active administrator" in demoted.text
    assert role_of(committing_engine, "administrator") == "administrator"
    assert client.get("/").status_code == 200


def test_a_new_role_holds_from_the_next_click(client_as, committing_engine):
    administrator, viewer = client_as("administrator"), client_as("viewer")
    with transaction(committing_engine) as session:
        user_id = session.scalar(select(User.id).where(User.username == "viewer"))

    administrator.post(f"/setup/users/{user_id}", data={"role": "administrator"})

    assert viewer.get("/setup/users").status_code == 200


def test_what_administrators_do_is_on_the_audit_page(client):
    client.post("/setup/users/new", data=BERT)

    page = client.get("/setup/audit").text

    assert "user.add" in page
    assert "role: marketer" in page
