import hashlib

import pytest
from sqlalchemy import func, select, update

from core.access import tokens, users
from core.access.actor import Actor
from core.access.models import ApiToken
from core.clock import today
from core.errors import NotFoundError, RefusedError


@pytest.fixture
def anna(session):
    return users.add_first_administrator(session, "anna", "walnuts on the roof")


@pytest.fixture
def actor(anna):
    return Actor(anna.id, "anna", anna.role, "", today())


def test_a_token_leads_to_its_user_and_is_kept_as_a_hash(session, actor, anna):
    new = tokens.create_token(session, actor, name="cron", days=1)

    assert tokens.user_of_token(session, new.secret) is anna
    assert new.token.token_hash == hashlib.sha256(new.secret.encode()).hexdigest()


def test_using_a_token_notes_when(session, actor):
    new = tokens.create_token(session, actor, name="cron", days=None)

    tokens.user_of_token(session, new.secret)

    used = session.scalar(select(ApiToken.last_used_at))
    assert used is not None


def test_an_expired_token_leads_to_nobody(session, actor):
    new = tokens.create_token(session, actor, name="cron", days=1)
    session.execute(update(ApiToken).values(expires_at=func.now()))

    assert tokens.user_of_token(session, new.secret) is None


def test_the_token_of_a_deactivated_user_leads_to_nobody(session, actor, anna):
    new = tokens.create_token(session, actor, name="cron", days=1)
    anna.active = False
    session.flush()  # the query reads the column

    assert tokens.user_of_token(session, new.secret) is None


def test_somebody_elses_token_cannot_be_revoked(session, actor):
    bert = users.add_user(
        session, actor, users.NewUser("bert", "walnuts on the roof", "viewer")
    )
    new = tokens.create_token(session, actor, name="cron", days=1)

    with pytest.raises(NotFoundError):
        tokens.revoke_token(
            session, Actor(bert.id, "bert", "viewer", "", today()), new.token.id
        )


@pytest.mark.parametrize(
    ("name", "days"), [("", 1), (" ", 1), ("x" * 81, 1), ("x", 0), ("x", 3651)]
)
def test_a_token_needs_a_name_and_a_sensible_end(session, actor, name, days):
    with pytest.raises(RefusedError):
        tokens.create_token(session, actor, name=name, days=days)
