"""What requests and answers are made of: queries, addresses, bodies, records."""

import re
from dataclasses import replace
from typing import Annotated, Any, Self, cast

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from core.errors import Fault, NotFoundError, RefusedError
from web.api.framework import kinds
from web.errors import MalformedError

# flask-openapi3 validates each part of a request through `model_validate`. What a
# failure means depends on the part, so each part says it here.


class Query(BaseModel):
    """Query parameters. One that is unknown or unreadable is a malformed request."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            faults = _faults_of(error, "parameter")
            raise MalformedError(
                "E-PARAMETER", faults[0].detail, faults=faults
            ) from error


class Path(BaseModel):
    """The keys in an address. A key that cannot exist is a record that does not."""

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise NotFoundError("E-NOT-FOUND", "There is no such record.") from error


class Body(BaseModel):
    """A JSON body or a form. A field that breaks its rule refuses the request."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401
        if obj is None and _may_be_left_out():
            obj = {}
        if not isinstance(obj, dict):
            raise _no_object()
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            faults = _faults_of(error, "field")
            raise RefusedError(
                faults[0].code, faults[0].detail, faults=faults
            ) from error

    @classmethod
    def model_validate_json(cls, *_: object, **__: object) -> Self:
        # Called for a body that is one JSON string, which no record is.
        raise _no_object()

    def given(self) -> Any:  # noqa: ANN401 (each deed's own TypedDict)
        """The fields the caller named, as the core wants them."""
        return self.model_dump(exclude_unset=True)


class Shown(BaseModel):
    """A record as the API shows it. Built from values, never from input."""

    model_config = ConfigDict(
        extra="forbid", json_schema_serialization_defaults_required=True
    )

    @classmethod
    def of(cls, record: object, **computed: object) -> Self:
        """Take every field from `computed`, else from the record's attributes."""
        values: dict[str, Any] = {
            name: computed[name] if name in computed else getattr(record, name)
            for name in cls.model_fields
        }
        return cast("Self", cls.model_construct(_fields_set=None, **values))


def _faults_of(error: ValidationError, noun: str) -> tuple[Fault, ...]:
    findings = error.errors(include_url=False, include_context=False)
    return tuple(
        _fault(".".join(map(str, item["loc"])), item["type"], item["msg"], noun)
        for item in findings
    )


def _fault(name: str, kind: str, message: str, noun: str) -> Fault:
    if kind == "extra_forbidden":
        return Fault("E-UNKNOWN-FIELD", f"There is no {noun} {name}.", field=name)
    if kind == "missing":
        return Fault("E-FIELD", f"{name} must be given.", field=name)
    return Fault("E-FIELD", f"{name}: {message}", field=name)


def _may_be_left_out() -> bool:
    # Who wants something done as usual has nothing to say.
    return request.method == "POST" and not request.get_data()


def _no_object() -> MalformedError:
    return MalformedError(
        "E-JSON",
        "The body must be a JSON object sent with Content-Type: application/json.",
    )


# --- addresses ---------------------------------------------------------------------


def _address_key(value: object) -> str:
    key = kinds.clean_code(value, 255)
    if not re.search(r"\S", key):
        raise PydanticCustomError("key", "blank")
    return key


_ADDRESS_KEY = kinds.Kind(
    parse=_address_key,
    to_wire=str,
    accepts={"type": "string", "minLength": 1},
    sends={"type": "string"},
    operators=(),
)


def _address_name(value: object) -> str:
    name = kinds.clean_text(value, 255)
    if not re.search(r"\S", name):
        raise PydanticCustomError("key", "blank")
    return name


AddressName = Annotated[str, replace(_ADDRESS_KEY, parse=_address_name)]
"""A key that is not folded to capitals."""

AddressKey = Annotated[str, _ADDRESS_KEY]
AddressNumber = Annotated[int, kinds.whole(1, 2**63 - 1)]


class CodePath(Path):
    code: AddressKey


class NoPath(Path):
    no: AddressKey


class EntryNoPath(Path):
    entry_no: AddressNumber
