"""The answers of single records, with the tags that keep two editors apart."""

import hashlib
from collections.abc import Callable
from urllib.parse import quote

from flask import Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from core.access.actor import Actor
from core.access.idempotency import (
    Answer,
    remember_answer,
    remembered_answer,
    request_hash,
)
from core.database import transaction
from web.api.framework.blueprint import PREFIX
from web.context import current_actor, engine
from web.errors import MalformedError

LONGEST_KEY = 200


def answer(shown: BaseModel) -> Response:
    """200 with ETag, or 304 where the caller already has this representation."""
    response = _written(shown, 200)
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response


def created(shown: BaseModel, *address: str | int) -> Response:
    """201; `address` is the way to the record, such as "campaigns", no."""
    response = _written(shown, 201)
    response.headers["Location"] = location(*address)
    return response


def location(*address: str | int) -> str:
    return "/".join([PREFIX, *(quote(str(part), safe="") for part in address)])


def no_content() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def require_match(shown: BaseModel) -> None:
    """Refuse when If-Match names another version. Lock the record before this."""
    if "If-Match" in request.headers and not request.if_match.contains(_tag(shown)):
        raise PreconditionFailed(
            "Somebody has changed this record since you read it. Read it again."
        )


def answer_once(deed: Callable[[Session, Actor], Response]) -> Response:
    """Do what a POST asks in one transaction, once per Idempotency-Key (P4).

    The answer is kept in the deed's own transaction, so a repeated request either
    finds it or does the deed; it never does it twice.
    """
    actor = current_actor()
    with transaction(engine()) as session:
        key = _idempotency_key()
        if key is None:
            return deed(session, actor)
        fingerprint = request_hash(
            request.method, request.full_path, request.get_data()
        )
        first = remembered_answer(session, actor.user_id, key, fingerprint)
        if first is not None:
            return Response(first.body, first.status, first.headers)
        response = deed(session, actor)
        remember_answer(session, actor.user_id, key, fingerprint, _kept(response))
        return response


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise MalformedError(
            "E-PARAMETER",
            f"Idempotency-Key must have 1 to {LONGEST_KEY} printable characters.",
        )
    return key


def _kept(response: Response) -> Answer:
    names = ("Content-Type", "ETag", "Location", "Retry-After")
    headers = {
        name: response.headers[name] for name in names if name in response.headers
    }
    return Answer(response.status_code, headers, response.get_data(as_text=True))


def _written(shown: BaseModel, status: int) -> Response:
    response = Response(shown.model_dump_json(), status, mimetype="application/json")
    response.set_etag(_tag(shown))
    return response


def _tag(shown: BaseModel) -> str:
    return hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]
