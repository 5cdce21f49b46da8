"""How each sort of value travels: what is accepted, what is sent, what is promised.

A blank is '' or 0 inside and null outside. A kind is the one place that knows both.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

EXACT = ("", "__ne")
RANGE = ("", "__ne", "__from", "__to")
TEXT = ("", "__ne", "__from", "__to", "__contains")

NULL = {"type": "null"}


@dataclass(frozen=True, eq=False, slots=True)
class Kind:
    parse: Callable[[object], object]
    to_wire: Callable[[Any], object]
    accepts: Mapping[str, Any]
    sends: Mapping[str, Any]
    operators: tuple[str, ...]
    "The filter suffixes that make sense for it."

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.to_wire, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        sends = handler.mode == "serialization"
        return dict(self.sends if sends else self.accepts)


def wrong(sentence: str) -> PydanticCustomError:
    # The sentence may quote input, so it is passed as a value, not as a template.
    return PydanticCustomError("field", "{sentence}", {"sentence": sentence})


# --- text and codes -------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_TEXT_PATTERN = r"^[^\u0000-\u001f\u007f]*$"
_KEY_PATTERN = r"^[^\u0000-\u001f\u007f/]*$"


def clean_text(value: object, max_length: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong("Must be a text.")
    if _CONTROL.search(value):
        raise wrong("Must not contain control characters.")
    if len(value) > max_length:
        raise wrong(f"Must not be longer than {max_length} characters.")
    return value.strip()


def clean_code(value: object, max_length: int) -> str:
    code = clean_text(value, max_length).upper()
    if len(code) > max_length:  # some letters grow: ß becomes SS
        raise wrong(f"Must not be longer than {max_length} characters.")
    return code


def clean_key(value: object, max_length: int) -> str:
    """A code that names a record, so it is also part of an address."""
    code = clean_code(value, max_length)
    if not code:
        raise wrong("Must be filled.")
    if "/" in code or not code.strip("."):
        raise wrong("Must not contain a slash or be made of dots: it names a page.")
    return code


def text(max_length: int) -> Kind:
    return _blankable(clean_text, max_length)


def code(max_length: int) -> Kind:
    return _blankable(clean_code, max_length)


def _blankable(clean: Callable[[object, int], str], max_length: int) -> Kind:
    string = {"type": "string", "maxLength": max_length}
    return Kind(
        parse=lambda value: clean(value, max_length),
        to_wire=lambda value: value or None,
        accepts={"anyOf": [string | {"pattern": _TEXT_PATTERN}, NULL]},
        sends={"anyOf": [string, NULL]},
        operators=TEXT,
    )


def key(max_length: int) -> Kind:
    string = {"type": "string", "minLength": 1, "maxLength": max_length}
    return Kind(
        parse=lambda value: clean_key(value, max_length),
        to_wire=str,
        accepts=string | {"pattern": _KEY_PATTERN},
        sends=string,
        operators=TEXT,
    )


def optional_key(max_length: int) -> Kind:
    """A key the caller may leave to us."""
    given = key(max_length)
    return Kind(
        parse=lambda value: clean_text(value, max_length) and given.parse(value),
        to_wire=lambda value: value or None,
        accepts={"anyOf": [{**given.accepts, "minLength": 0}, NULL]},
        sends={"anyOf": [given.sends, NULL]},
        operators=given.operators,
    )


# --- words of an enumeration -----------------------------------------------------


def words(enumeration: type[IntEnum], *, may_be_blank: bool = True) -> Kind:
    """Members as snake_case words; the blank member, where it is one, is null."""
    by_word = {
        member.name.lower(): member for member in enumeration if member.name != "BLANK"
    }
    has_blank = may_be_blank and len(by_word) < len(enumeration)
    string = {"type": "string", "enum": list(by_word)}
    schema = {"anyOf": [string, NULL]} if has_blank else string

    def parse(value: object) -> IntEnum:
        if has_blank and value is None:
            return enumeration(0)
        if isinstance(value, str) and value in by_word:
            return by_word[value]
        blank = " or null" if has_blank else ""
        raise wrong(f"Must be one of {', '.join(by_word)}{blank}.")

    def to_wire(value: int) -> str | None:
        word = enumeration(value).name.lower()
        return word if word in by_word else None

    return Kind(parse, to_wire, accepts=schema, sends=schema, operators=EXACT)


def one_of(names: Collection[str]) -> Kind:
    """A text that is one of these."""
    string = {"type": "string", "enum": list(names)}

    def parse(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise wrong(f"Must be one of {', '.join(names)}.")

    return Kind(parse, str, accepts=string, sends=string, operators=EXACT)


# --- numbers ---------------------------------------------------------------------


def whole(smallest: int, largest: int) -> Kind:
    schema = {"type": "integer", "minimum": smallest, "maximum": largest}

    def parse(value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows one kind of number: 5.0 is 5
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong("Must be a whole number.")
        if not smallest <= value <= largest:
            raise wrong(f"Must be between {smallest} and {largest}.")
        return value

    return Kind(parse, int, accepts=schema, sends=schema, operators=RANGE)


def optional(kind: Kind) -> Kind:
    """The same, but null means that there is none."""
    return Kind(
        parse=lambda value: None if value is None else kind.parse(value),
        to_wire=lambda value: None if value is None else kind.to_wire(value),
        accepts={"anyOf": [kind.accepts, NULL]},
        sends={"anyOf": [kind.sends, NULL]},
        operators=kind.operators,
    )


def amount(digits: int, decimals: int, to_wire: Callable[[Decimal], object]) -> Kind:
    """A number that is not negative and that its column keeps exactly."""
    limit = Decimal(10) ** (digits - decimals)
    pattern = rf"^[0-9]{{1,{digits - decimals}}}(\.[0-9]{{1,{decimals}}})?$"

    def parse(value: object) -> Decimal:
        if value is None:
            return Decimal(0)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise wrong("Must be a number.")
        number = _decimal(str(value).strip())
        if number < 0:
            raise wrong("Must not be negative.")
        if number >= limit:
            raise wrong(f"Must be less than {limit}.")
        if number != round(number, decimals):
            raise wrong(f"Must not have more than {decimals} decimals.")
        return number

    number = {"type": "number", "minimum": 0}
    string = {"type": "string", "pattern": pattern}
    # What is sent may be a sum of many, so it has no limit.
    money = {"type": "string", "pattern": rf"^[0-9]+\.[0-9]{{{decimals}}}$"}
    return Kind(
        parse,
        to_wire,
        accepts={"anyOf": [string, number | {"exclusiveMaximum": float(limit)}, NULL]},
        sends=money if to_wire is _two_decimals else number,
        operators=RANGE,
    )


def _decimal(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise wrong("Must be a number.") from None
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise wrong("Must be a number of a sensible size.")
    return number


def _two_decimals(value: Decimal) -> str:
    return f"{value:.2f}"


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


MONEY = amount(18, 2, _two_decimals)
MINUTES = amount(18, 5, _number)
PERCENT = amount(18, 1, _number)


# --- days, times, flags ------------------------------------------------------------


def _parse_day(value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise wrong("There is no such day.") from None
    raise wrong("Must be a date such as 2026-01-31.")


_DAY = {"anyOf": [{"type": "string", "format": "date"}, NULL]}

DAY = Kind(
    parse=_parse_day,
    to_wire=lambda value: value and value.isoformat(),
    accepts=_DAY,
    sends=_DAY,
    operators=RANGE,
)


def _parse_time(value: object) -> time | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", value):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise wrong("There is no such time.") from None
    raise wrong("Must be a time such as 14:30.")


_TIME = {
    "anyOf": [
        {
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
        },
        NULL,
    ]
}

TIME_OF_DAY = Kind(
    parse=_parse_time,
    to_wire=lambda value: value and value.isoformat("seconds"),
    accepts=_TIME,
    sends=_TIME,
    operators=RANGE,
)


def _parse_moment(value: object) -> datetime:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return moment
    raise wrong("Must be a time with offset such as 2026-01-31T14:30:00+01:00.")


_MOMENT = {"type": "string", "format": "date-time"}

MOMENT = Kind(
    parse=_parse_moment,
    to_wire=lambda value: value and value.isoformat(),
    accepts=_MOMENT,
    sends={"anyOf": [_MOMENT, NULL]},
    operators=RANGE,
)


def _parse_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong("Must be true or false.")


FLAG = Kind(
    parse=_parse_flag,
    to_wire=bool,
    accepts={"type": "boolean"},
    sends={"type": "boolean"},
    operators=("",),
)
