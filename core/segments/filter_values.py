"""What may stand in a filter, by the kind of its field, and what it means.

A value, a list of values (any of them), or an object with `from`, `to`, `ne` (none of
them) and, for texts, `contains` (any of them). A blank is the empty text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    all_,
    and_,
    any_,
    cast,
    literal,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[Any] | ColumnElement[Any]

_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class FilterValueError(ValueError):
    """The condition is none for this field; says what it should be."""


@dataclass(frozen=True, slots=True)
class Kind:
    expects: str
    parse: Callable[[object], object]
    "The value as it is stored; ValueError or TypeError where it cannot be one."
    operators: tuple[str, ...]


_RANGE = ("from", "to", "ne")


def condition_on(column: Column, kind: Kind, given: object) -> ColumnElement[bool]:
    """Raise FilterValueError where `given` is no condition for the kind of field."""
    if isinstance(given, Mapping):
        return _by_operators(column, kind, given)
    if kind is PART:
        raise FilterValueError(f"Expected {kind.expects}.")
    values = given if isinstance(given, list) else [given]
    return column == any_(_parsed_all(column, kind, values))


def _by_operators(
    column: Column, kind: Kind, given: Mapping[str, object]
) -> ColumnElement[bool]:
    if not given or not set(given) <= set(kind.operators):
        offered = ", ".join(kind.operators)
        raise FilterValueError(f"Use {offered}, or give {kind.expects}.")
    return and_(
        *(
            _OPERATIONS[operator](column, kind, value)
            for operator, value in given.items()
        )
    )


def _is_none_of(column: Column, kind: Kind, given: object) -> ColumnElement[bool]:
    values = given if isinstance(given, list) else [given]
    return column != all_(_parsed_all(column, kind, values))


def _contains(column: Column, kind: Kind, given: object) -> ColumnElement[bool]:
    values = given if isinstance(given, list) else [given]
    parts = [_parsed(column, kind, value) for value in _some(kind, values)]
    return or_(
        *(cast(column, String).icontains(part, autoescape=True) for part in parts)
    )


_OPERATIONS: Mapping[str, Callable[[Column, Kind, object], ColumnElement[bool]]] = {
    "from": lambda column, kind, value: column >= _parsed(column, kind, value),
    "to": lambda column, kind, value: column <= _parsed(column, kind, value),
    "ne": _is_none_of,
    "contains": _contains,
}


def _parsed_all(column: Column, kind: Kind, values: list[Any]) -> ColumnElement[Any]:
    """One parameter, however many values there are."""
    stored = [_parsed(column, kind, value) for value in _some(kind, values)]
    return literal(stored, ARRAY(column.type))


def _some(kind: Kind, values: list[Any]) -> list[Any]:
    if not values:
        raise FilterValueError(f"Give at least one value: {kind.expects}.")
    return values


def _parsed(column: Column, kind: Kind, value: object) -> Any:  # noqa: ANN401
    try:
        stored = kind.parse(value)
    except (ValueError, TypeError):
        raise FilterValueError(f"Expected {kind.expects}.") from None
    if kind is NUMBER and stored >= _limit(column):  # type: ignore[operator]
        raise FilterValueError(f"Expected {kind.expects} that is not so large.")
    return stored


def _limit(column: Column) -> int:
    return 2**63 if isinstance(column.type, BigInteger) else 2**31


def _text(value: object) -> str:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise ValueError
    return value


def _code(value: object) -> str:
    return _text(value).strip().upper()


def _day(value: object) -> date:
    return date.fromisoformat(_text(value))


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    number = int(value)
    if number < 0:
        raise ValueError
    return number


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def words(enumeration: type[IntEnum]) -> Kind:
    """The members' names in lower case; the blank member is the empty text."""
    by_word = {
        "" if member.name == "BLANK" else member.name.lower(): int(member)
        for member in enumeration
    }
    spoken = [word or "\u201c\u201d for blank" for word in by_word]

    def parse(value: object) -> int:
        if not isinstance(value, str) or value not in by_word:
            raise ValueError
        return by_word[value]

    return Kind(f"one of {', '.join(spoken)}", parse, ("ne",))


CODE = Kind("a text or a list of texts", _code, (*_RANGE, "contains"))
"""Kept in capitals, so it is looked for in capitals."""
TEXT = Kind("a text or a list of texts", _text, (*_RANGE, "contains"))
"""Kept as it was typed."""
PART = Kind('an object with "contains"', _text, ("contains",))
"""Several fields at once, so there is no whole value to compare."""
DAY = Kind("a date such as 2026-01-31", _day, _RANGE)
NUMBER = Kind("a whole number", _number, _RANGE)
FLAG = Kind("true or false", _flag, ())
