from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.access import sign_in as limits
from core.access import users
from core.access.models import SignInAttempt
from core.access.sign_in import sign_in

PASSWORD = "walnuts on the roof"
HERE, THERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def anna(session):
    return users.add_first_administrator(session, "anna", PASSWORD)


def fail(session, times, username="anna", address=HERE):
    session.add_all(
        SignInAttempt(username=username, address=address) for _ in range(times)
    )
    session.flush()  # the next count must see them


def test_the_right_password_signs_in_and_forgets_the_wrong_ones(session, anna):
    fail(session, 4)

    found = sign_in(session, " Anna ", PASSWORD, HERE)

    assert found.user is anna
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_a_deactivated_user_reads_the_same_as_a_wrong_password(session, anna):
    anna.active = False

    assert sign_in(session, "anna", PASSWORD, HERE) == sign_in(
        session, "anna", "wrong", HERE
    )


def test_guessing_at_one_account_from_one_address_stops_after_five(session, anna):
    fail(session, limits.PER_USERNAME_AND_ADDRESS)

    assert sign_in(session, "anna", PASSWORD, HERE).limited
    assert sign_in(session, "anna", PASSWORD, THERE).user is anna


def test_trying_many_accounts_from_one_address_is_limited(session, anna):
    for number in range(limits.PER_ADDRESS):
        fail(session, 1, username=f"user{number}")

    assert sign_in(session, "anna", PASSWORD, HERE).limited


def test_guessing_at_one_account_from_many_addresses_is_limited(session, anna):
    for number in range(limits.PER_USERNAME):
        fail(session, 1, address=f"10.1.0.{number}")

    assert sign_in(session, "anna", PASSWORD, HERE).limited


def test_a_limit_passes_by_itself(session, anna):
    fail(session, limits.PER_USERNAME_AND_ADDRESS)
    session.execute(
        update(SignInAttempt).values(
            at=func.now() - limits.WINDOW - timedelta(seconds=1)
        )
    )

    assert sign_in(session, "anna", PASSWORD, HERE).user is anna


def test_a_limited_sign_in_counts_no_further_attempt(session, anna):
    fail(session, limits.PER_USERNAME_AND_ADDRESS)

    sign_in(session, "anna", "wrong", HERE)

    count = session.scalar(select(func.count()).select_from(SignInAttempt))
    assert count == limits.PER_USERNAME_AND_ADDRESS


@pytest.mark.parametrize("username", ["", "x" * 500, "' OR 1=1 --", "ünï ☃"])
def test_odd_user_names_are_just_wrong(session, username):
    assert sign_in(session, username, PASSWORD, HERE).user is None
