"""Two administrators who change each other: the second waits from the start, so that
neither waits for ever, and one is left."""

import pytest

from core.access import users
from core.access.roles import Role
from core.database import transaction
from core.errors import RefusedError
from tests.factories import actor
from tests.support.meanwhile import meanwhile


@pytest.fixture
def ids(own_engine):
    with transaction(own_engine) as session:
        new = [
            users.NewUser(name, "walnuts on the roof", Role.ADMINISTRATOR)
            for name in ("anna", "bert")
        ]
        return [users.add_user(session, actor(), each).id for each in new]


def begin_with(user_id):
    return lambda session: users.locked_user(session, user_id)


def make_viewer(user_id):
    def deed(session):
        users.locked_user(session, user_id)
        role = {"role": Role.VIEWER, "salesperson_code": ""}
        users.change_user(session, actor(), user_id, **role)

    return deed


def test_who_begins_with_one_administrator_holds_the_others_too(own_engine, ids):
    meanwhile(own_engine, begin_with(ids[1]), begin_with(ids[0]))


def test_the_second_to_take_the_role_from_an_administrator_is_refused(own_engine, ids):
    with pytest.raises(RefusedError, match="last active administrator"):
        meanwhile(own_engine, make_viewer(ids[1]), make_viewer(ids[0]))
