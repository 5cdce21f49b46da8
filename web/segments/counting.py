"""Counts while a person types: the last one asked for is the only one that runs."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import clock
from core.database import transaction
from core.impatient import (
    EXACT_SECONDS,
    QUICK_SECONDS,
    begin_count,
    was_ended,
)
from web.context import current_actor, engine

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last count the page has seen, carried by the form around it."""

    count: int
    at: int
    "Seconds since 1970."
    seconds_ago: float


def page_token(form: Mapping[str, str]) -> str:
    """What tells this page's counts from those of others; made with the page."""
    token = form.get("page_token", "")
    return token if re.fullmatch(r"[0-9a-f]{16}", token) else secrets.token_hex(8)


def counted(
    ask: Callable[[Session], Found], token: str, *, exactly: bool = False
) -> Found | None:
    """What `ask` finds, or None where that would take too long or is not wanted any
    more. A transaction of its own, because it is undone when it is ended."""
    seconds = EXACT_SECONDS if exactly else QUICK_SECONDS
    asker = f"{current_actor().user_id} {token}"
    try:
        with transaction(engine()) as session:
            begin_count(session, asker, seconds=seconds)
            return ask(session)
    except DBAPIError as error:
        if not was_ended(error):
            raise
        return None


def earlier(form: Mapping[str, str]) -> Earlier | None:
    count, at = form.get("known", ""), form.get("known_at", "")
    if not (re.fullmatch("[0-9]{1,18}", count) and re.fullmatch("[0-9]{1,12}", at)):
        return None
    seconds_ago = max(0.0, clock.now().timestamp() - int(at))
    return Earlier(int(count), int(at), seconds_ago)
