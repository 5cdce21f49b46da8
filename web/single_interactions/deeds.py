"""Where a finished or postponed interaction leads, and that it is done once."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from flask import flash
from sqlalchemy.orm import Session

from core.database import transaction
from core.single_interactions.finish import Logged
from web.context import current_actor, engine, nudge
from web.once import place_of_first, remember_place

POSTPONED = "/postponed-interactions"


class Done(NamedTuple):
    place: str
    words: str
    job: UUID | None = None


def logged_at(logged: Logged) -> Done:
    """How it went is asked next."""
    words = f"Interaction {logged.entry_no} is logged."
    if logged.job:
        words = f"Interaction {logged.entry_no} is logged, and its e-mail on its way."
    return Done(
        f"/interactions/{logged.entry_no}/result",
        words,
        logged.job.public_id if logged.job else None,
    )


def postponed_at(entry_no: int) -> Done:
    return Done(POSTPONED, f"Interaction {entry_no} is kept to be finished later.")


def do_once(form: dict[str, str], deed: Callable[[Session], Done]) -> str:
    """Where to go: where the deed leads, or where it led when the form was sent
    before."""
    actor = current_actor()
    with transaction(engine()) as session:
        if first := place_of_first(session, actor, form):
            return first
        done = deed(session)
        remember_place(session, actor, form, done.place)
    if done.job:
        nudge().ring(done.job)
    flash(done.words)
    return done.place
