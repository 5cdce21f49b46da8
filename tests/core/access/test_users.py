import pytest
from sqlalchemy import select

from core.access import users
from core.access.actor import Actor
from core.access.models import AuditEvent
from core.access.passwords import hash_password, is_password
from core.access.roles import Permission, Role, allows
from core.clock import today
from core.errors import ConflictError, NotFoundError, RefusedError

PASSWORD = "walnuts on the roof"


@pytest.fixture
def anna(session):
    return users.add_first_administrator(session, "anna", PASSWORD)


@pytest.fixture
def actor(anna):
    return Actor(anna.id, "anna", anna.role, "", today())


def new_user(**values):
    return users.NewUser(
        **{"username": "bert", "password": PASSWORD, "role": "viewer"} | values
    )


def test_only_an_empty_installation_makes_a_first_administrator(session, anna):
    with pytest.raises(ConflictError):
        users.add_first_administrator(session, "eve", PASSWORD)


def test_user_names_are_kept_in_small_letters_and_once(session, actor):
    users.add_user(session, actor, new_user(username=" Bert "))

    with pytest.raises(RefusedError) as refused:
        users.add_user(session, actor, new_user(username="BERT"))

    assert refused.value.code == "E-EXISTS"


def test_all_faults_of_a_new_user_are_told_at_once(session, actor):
    with pytest.raises(RefusedError) as refused:
        users.add_user(session, actor, users.NewUser("a b", "short", "king"))

    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["username", "role", "password"]


@pytest.mark.parametrize("password", ["eleven char", "x" * 201, "Anna-The-Great"])
def test_a_weak_password_is_refused(session, actor, password):
    with pytest.raises(RefusedError):
        users.add_user(
            session, actor, new_user(username="anna-the-great", password=password)
        )


def test_a_password_is_kept_as_an_argon2_hash_only(anna):
    assert anna.password_hash.startswith("$argon2id$")
    assert is_password(anna.password_hash, PASSWORD)
    assert not is_password(anna.password_hash, PASSWORD.upper())
    assert not is_password(None, "nobody has this password")
    assert not is_password("", PASSWORD)


def test_equal_passwords_have_different_hashes():
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_a_new_password_raises_the_session_epoch(session, actor, anna):
    users.set_password(session, actor, anna.id, "something else entirely")

    assert anna.session_epoch == 1


def test_the_last_active_administrator_stays(session, actor, anna):
    second = users.add_user(session, actor, new_user(role=Role.ADMINISTRATOR))
    users.deactivate_user(session, actor, second.id)

    with pytest.raises(RefusedError) as refused:
        users.deactivate_user(session, actor, anna.id)

    assert refused.value.code == "E-LAST-ADMIN"


def test_one_of_two_administrators_may_go(session, actor, anna):
    users.add_user(session, actor, new_user(role=Role.ADMINISTRATOR))

    users.change_user(session, actor, anna.id, role="viewer", salesperson_code="")

    assert anna.role == "viewer"


def test_every_change_leaves_an_audit_entry_without_secrets(session, actor):
    bert = users.add_user(session, actor, new_user())
    users.change_user(session, actor, bert.id, role="operator", salesperson_code="JR")
    users.set_password(session, actor, bert.id, "something else entirely")
    users.deactivate_user(session, actor, bert.id)
    users.activate_user(session, actor, bert.id)

    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()

    assert [event.action for event in events] == [
        "user.add",
        "user.change",
        "user.password",
        "user.deactivate",
        "user.activate",
    ]
    assert events[1].detail["role"] == ["viewer", "operator"]
    assert "entirely" not in str([event.detail for event in events])


def test_an_unknown_user_is_not_found(session, actor):
    with pytest.raises(NotFoundError):
        users.activate_user(session, actor, 0)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", {"read", "read_contacts"}),
        ("marketer", {"read", "read_contacts", "edit", "log"}),
        ("operator", {"read", "operate"}),
        ("administrator", set(Permission)),
    ],
)
def test_each_role_may_do_this_and_nothing_else(role, allowed):
    assert {each for each in Permission if allows(role, each)} == allowed
