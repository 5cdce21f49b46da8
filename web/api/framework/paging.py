"""Keyset pages: stable while rows come and go, and as fast at the end as at the start."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from flask import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row, Select, tuple_
from sqlalchemy.orm import Session

from web.api.framework.filters import Column, ListQuery, filtered
from web.api.framework.models import Shown
from web.errors import MalformedError

ShownT = TypeVar("ShownT", bound=Shown)


class Page(BaseModel, Generic[ShownT]):
    """One page of a list. Send `next` as `cursor` to get the following one."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    items: list[ShownT]
    next: str | None


def page(
    session: Session,
    statement: Select[Any],
    query: ListQuery,
    *,
    key: Column | tuple[Column, ...],
    show: Callable[[Any], Shown],
    newest_first: bool = False,
) -> Response:
    """Answer with the page the query asks for, ordered by the unique `key`.

    `show` gets the record, or the row where the statement selects several things.
    """
    rows, following = rows_of_page(
        session, statement, query, key=key, newest_first=newest_first
    )
    of_record = 1 + len(_parts(key))
    return page_of(
        [show(row[0] if len(row) == of_record else row) for row in rows], following
    )


def rows_of_page(
    session: Session,
    statement: Select[Any],
    query: ListQuery,
    *,
    key: Column | tuple[Column, ...],
    newest_first: bool = False,
) -> tuple[Sequence[Row[Any]], str | None]:
    """The rows of the page the query asks for, and the cursor of the next one."""
    parts = _parts(key)
    statement = filtered(statement, query).add_columns(*parts)
    if query.cursor:
        types = [part.type.python_type for part in parts]
        place = tuple(_read_cursor(query.cursor, types))
        here = tuple_(*parts)
        statement = statement.where(here < place if newest_first else here > place)
    order = [part.desc() if newest_first else part.asc() for part in parts]
    rows = session.execute(statement.order_by(*order).limit(query.limit + 1)).all()
    kept = rows[: query.limit]
    more = len(rows) > len(kept)
    return kept, place_cursor(kept[-1][-len(parts) :]) if more else None


def page_of(items: Sequence[Shown], following: str | None) -> Response:
    # Each item is written by its own model, which knows how its values travel.
    written = ",".join(item.model_dump_json() for item in items)
    body = f'{{"items":[{written}],"next":{json.dumps(following)}}}'
    return Response(body, mimetype="application/json")


def place_cursor(parts: Sequence[object]) -> str:
    """The cursor of a place, named by the parts of its key."""
    written = json.dumps(list(parts)).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def read_place(cursor: str, parts: int) -> list[str]:
    """The texts `place_cursor` was given. Raise MalformedError."""
    found = _decoded(cursor)
    if (
        isinstance(found, list)
        and len(found) == parts
        and all(isinstance(part, str) and _is_storable(part) for part in found)
    ):
        return found
    raise _no_cursor()


def _parts(key: Column | tuple[Column, ...]) -> tuple[Column, ...]:
    return key if isinstance(key, tuple) else (key,)


def _read_cursor(cursor: str, expected: Sequence[type]) -> list[Any]:
    decoded = _decoded(cursor)
    if (
        isinstance(decoded, list)
        and [type(part) for part in decoded] == expected
        and all(_is_key(part) for part in decoded)
    ):
        return decoded
    raise _no_cursor()


def _decoded(cursor: str) -> object:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _no_cursor() -> MalformedError:
    return MalformedError(
        "E-CURSOR", "The cursor is not one that a page of this list gave."
    )


def _is_storable(text: str) -> bool:
    # The database knows neither NUL nor half of a surrogate pair.
    return len(text) <= 255 and not re.search("[\0\ud800-\udfff]", text)


def _is_key(value: object) -> bool:
    if isinstance(value, str):
        return value.isprintable() and len(value) <= 255
    return isinstance(value, int) and -(2**63) <= value < 2**63
