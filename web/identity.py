"""Who asks: a browser with a signed cookie, or a program with a bearer token."""

from datetime import date
from typing import NamedTuple

from flask import current_app, g, request, session
from sqlalchemy import Engine
from werkzeug.exceptions import BadRequest, Unauthorized

from core import clock
from core.access import queries, tokens
from core.access.actor import Actor
from core.access.models import User
from core.database import transaction
from web.recent import NOTHING_RECENT, Recent

WORK_DATE_HEADER = "X-Work-Date"


class Identity(NamedTuple):
    actor: Actor
    by_token: bool


def identify(engine: Engine, recent: Recent = NOTHING_RECENT) -> Identity | None:
    """Read cookie or token, once per request."""
    if "identity" not in g:
        g.identity = _by_token(engine) if has_bearer() else _by_cookie(engine, recent)
    found: Identity | None = g.identity
    return found


def known_actor() -> Actor | None:
    """Who the gate found, without asking the database: for pages about trouble."""
    found: Identity | None = g.get("identity")
    return found.actor if found else None


def required_actor() -> Actor:
    found = identify(current_app.extensions["rollcall"].engine)
    if found is None:
        raise Unauthorized("Sign in first.")
    return found.actor


def has_bearer() -> bool:
    """Whether the request speaks for itself; then no cookie counts, and no CSRF."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def start_session(user: User) -> None:
    """Nothing of the session before survives, so a planted one is worthless."""
    session.clear()
    session.permanent = True
    session["user"] = user.id
    session["epoch"] = user.session_epoch
    g.pop("identity", None)
    g.pop("csrf_token", None)


def end_session() -> None:
    session.clear()
    g.pop("identity", None)
    g.pop("csrf_token", None)


def use_work_date(work_date: date | None) -> None:
    """Today follows the calendar; any other date stays until it is changed."""
    if work_date is None or work_date == clock.today():
        session.pop("work_date", None)
    else:
        session["work_date"] = work_date.isoformat()


def _by_cookie(engine: Engine, recent: Recent) -> Identity | None:
    if "user" not in session:
        return None
    number = session["user"]
    user = recent.answer(("user", number), lambda: _user(engine, number))
    if user is None or not user.active or user.session_epoch != session["epoch"]:
        session.clear()
        return None
    return Identity(_actor(user, session.get("work_date", "")), by_token=False)


def _user(engine: Engine, number: int) -> User | None:
    with transaction(engine) as database:
        return queries.user_by_id(database, number)


def _by_token(engine: Engine) -> Identity | None:
    secret = request.headers["Authorization"].split(maxsplit=1)[1:]
    if not secret:
        return None
    with transaction(engine) as database:
        user = tokens.user_of_token(database, secret[0].strip())
    if user is None:
        return None
    return Identity(_actor(user, ""), by_token=True)


def _actor(user: User, chosen_date: str) -> Actor:
    return Actor(
        user_id=user.id,
        username=user.username,
        role=user.role,
        salesperson_code=user.salesperson_code,
        work_date=_work_date(request.headers.get(WORK_DATE_HEADER, chosen_date)),
    )


def _work_date(text: str) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{WORK_DATE_HEADER} must be a date like 2030-12-31."
        raise BadRequest(msg) from error
