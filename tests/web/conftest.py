import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from core.access import users
from core.access.models import User
from core.database import transaction

PASSWORD = "walnuts on the roof"


@pytest.fixture
def guarded_app(app: Flask) -> Flask:
    """The application as it is served: every form needs its CSRF token."""
    app.config["WTF_CSRF_METHODS"] = {"POST", "PUT", "PATCH", "DELETE"}
    return app


@pytest.fixture
def anna(committing_engine: Engine) -> User:
    """An administrator with a password."""
    with transaction(committing_engine) as session:
        return users.add_first_administrator(session, "anna", PASSWORD)


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    def sign_in(username: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        client.post("/sign-in", data={"username": username, "password": password})
        return client

    return sign_in


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "The page has no CSRF token."
    return found[1]
