"""A form that is sent twice does its deed once (P4).

Of a double click, or a page that is sent again after the answer got lost, the second
goes where the first went. The page carries a word of its own; the address that the deed
leads to is kept with it, in the deed's own transaction.
"""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.idempotency import (
    Answer,
    remember_answer,
    remembered_answer,
    request_hash,
)

FIELD = "once"
_LONGEST = 64


def new_word() -> str:
    return uuid4().hex


def place_of_first(session: Session, actor: Actor, form: Mapping[str, str]) -> str:
    """Where the same form led before; blank when it has not been sent yet. A twin that
    is on its way is waited for."""
    if not (key := _key(form)):
        return ""
    first = remembered_answer(session, actor.user_id, key, _hash(key))
    return first.headers["Location"] if first else ""


def remember_place(
    session: Session, actor: Actor, form: Mapping[str, str], place: str
) -> None:
    if key := _key(form):
        answer = Answer(303, {"Location": place}, "")
        remember_answer(session, actor.user_id, key, _hash(key), answer)


def _key(form: Mapping[str, str]) -> str:
    word = form.get(FIELD, "")[:_LONGEST]
    return f"form:{word}" if word.isalnum() and word.isascii() else ""


def _hash(key: str) -> str:
    return request_hash("FORM", key, b"")
