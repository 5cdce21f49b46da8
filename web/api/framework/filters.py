"""Filters of lists: parameters named like the fields, with suffixes for ranges."""

import functools
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, create_model
from sqlalchemy import ColumnElement, Select, and_, not_, or_
from sqlalchemy.orm import InstrumentedAttribute

from web.api.framework import kinds
from web.api.framework.models import Query, Shown

Column = ColumnElement[Any] | InstrumentedAttribute[Any]

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 1000


class ListQuery(Query):
    """Every list is read in pages: follow `next` with `cursor` until it is null."""

    limit: Annotated[int, kinds.whole(1, LARGEST_LIMIT)] = DEFAULT_LIMIT
    cursor: str = ""


ListQueryT = TypeVar("ListQueryT", bound=type[ListQuery])


AnyOf = Callable[[list[Any]], ColumnElement[bool]]
"""The condition that a field, of which no column says it, has one of the values."""


def filters_on(
    shown: type[Shown], **columns: Column | AnyOf
) -> Callable[[ListQueryT], Any]:
    """Give a query model the filters of these fields of `shown`.

    A parameter that is repeated means "any of these". An empty value is the blank.
    """

    def extend(query: ListQueryT) -> Any:  # noqa: ANN401
        parameters: dict[str, Any] = {}
        conditions: dict[str, Condition] = {}
        for field, column in columns.items():
            kind = kind_of(shown, field)
            for suffix in kind.operators:
                item = Annotated[Any, _as_parameter(kind, suffix)]
                parameters[field + suffix] = (list[item], Field(default=[]))
                conditions[field + suffix] = _condition(column, suffix)
        extended = _with_parameters(query, parameters)
        _CONDITIONS[extended] = conditions
        return extended

    return extend


def _condition(column: Column | AnyOf, suffix: str) -> "Condition":
    if isinstance(column, ColumnElement | InstrumentedAttribute):
        return functools.partial(_ANY_OF[suffix], column)
    if suffix == "__ne":
        return lambda values: not_(column(values))
    return column


def _with_parameters(
    query: type[ListQuery], parameters: dict[str, Any]
) -> type[ListQuery]:
    return create_model(
        query.__name__, __base__=query, __module__=query.__module__, **parameters
    )


def filtered(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """The statement with every filter the caller gave."""
    for parameter, condition in _CONDITIONS.get(type(query), {}).items():
        values = getattr(query, parameter)
        if values:
            statement = statement.where(condition(values))
    return statement


def kind_of(shown: type[Shown], field: str) -> kinds.Kind:
    """How the values of a field travel."""
    for mark in shown.model_fields[field].metadata:
        if isinstance(mark, kinds.Kind):
            return mark
    msg = f"{shown.__name__}.{field} has no kind, so it cannot be a filter"
    raise TypeError(msg)


Condition = Callable[[list[Any]], ColumnElement[bool]]

_CONDITIONS: dict[type[ListQuery], dict[str, Condition]] = {}


def _any_of(column: Column, values: list[Any]) -> ColumnElement[bool]:
    return or_(*(_is(column, value) for value in values))


def _none_of(column: Column, values: list[Any]) -> ColumnElement[bool]:
    # A row without a value is not one of them either.
    return and_(*(column.is_distinct_from(value) for value in values))


def _from(column: Column, values: list[Any]) -> ColumnElement[bool]:
    return or_(*(column >= value for value in values))


def _to(column: Column, values: list[Any]) -> ColumnElement[bool]:
    return or_(*(column <= value for value in values))


def _contains(column: Column, values: list[Any]) -> ColumnElement[bool]:
    return or_(*(column.icontains(value, autoescape=True) for value in values))


_ANY_OF: Mapping[str, Callable[[Column, list[Any]], ColumnElement[bool]]] = {
    "": _any_of,
    "__ne": _none_of,
    "__from": _from,
    "__to": _to,
    "__contains": _contains,
}


def _is(column: Column, value: object) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _as_parameter(kind: kinds.Kind, suffix: str) -> kinds.Kind:
    """The kind as one query parameter: always a text, and blank when empty."""
    parse = _parse_flag if kind is kinds.FLAG else kind.parse
    schema, has_blank = _without_null(kind.sends)
    if not has_blank or kind.operators is kinds.TEXT:
        return _parameter(parse, schema)
    if suffix in ("__from", "__to"):  # a range has no blank end
        return _parameter(parse, schema)
    return _parameter(
        lambda value: parse(None if value == "" else value),
        {"anyOf": [schema, {"type": "string", "maxLength": 0}]},
    )


def _parameter(
    parse: Callable[[object], object], schema: Mapping[str, Any]
) -> kinds.Kind:
    return kinds.Kind(
        parse=parse, to_wire=str, accepts=schema, sends=schema, operators=()
    )


def _parse_flag(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise kinds.wrong("Must be true or false.")


def _without_null(schema: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    choices = schema.get("anyOf", [schema])
    return dict(choices[0]), kinds.NULL in choices
