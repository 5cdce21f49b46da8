"""The gate in front of every view. A view without a mark lets nobody in."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import InternalServerError, Unauthorized

from core.access.actor import Actor
from core.access.roles import Permission, allows, roles_allowing
from core.errors import ForbiddenError
from web.context import crowd, engine, recent
from web.identity import identify
from web.recent import NOTHING_RECENT

View = TypeVar("View", bound=Callable[..., object])

MARK = "rollcall_permission"
LIVE_MARK = "rollcall_live"

PUBLIC = frozenset(
    {
        "static",
        "sign_in.form",
        "sign_in.submit",
        "health.live",
        "health.ready",
        "metrics.show",  # asks for a token of its own, or for this machine
    }
)
"""Endpoints that need no sign-in. Short on purpose; tests/rules reads it."""


def requires(permission: Permission, *, live: bool = False) -> Callable[[View], View]:
    """Mark a view; goes directly above `def`, below the route.

    The gate reads the mark before the input is validated, so a person without the
    role learns nothing about the input. A live view only shows again what a page has
    shown; who asks for it may be known from a moment ago (see web/recent.py).
    """

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        setattr(view, LIVE_MARK, live)
        return view

    return mark


def required_permission(endpoint: str) -> Permission | None:
    view = current_app.view_functions[endpoint]
    found: Permission | None = getattr(view, MARK, None)
    return found


def guard(app: Flask, csrf: CSRFProtect) -> None:
    @app.before_request
    def _let_in_or_refuse() -> None:
        endpoint = request.endpoint
        if endpoint in PUBLIC:
            csrf.protect()
            return
        if is_live := _is_live(endpoint):
            crowd().look()
        found = identify(engine(), recent() if is_live else NOTHING_RECENT)
        if endpoint is None:
            return  # no such page: answered 404, signed in or not
        if found is None:
            raise Unauthorized("Sign in, or send a valid API token.")
        if not found.by_token:
            # A browser sends a cookie on its own, but never a token in a header.
            csrf.protect()
        _check_permission(endpoint, found.actor)


def _is_live(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, LIVE_MARK, False)


def _check_permission(endpoint: str, actor: Actor) -> None:
    permission = required_permission(endpoint)
    if permission is None:
        msg = f"{endpoint} has no @requires and is not public"
        raise InternalServerError(msg)
    if not allows(actor.role, permission):
        wanted = " or ".join(roles_allowing(permission))
        raise ForbiddenError(
            "E-ROLE", f"Your role is {actor.role}; this needs the role {wanted}."
        )
