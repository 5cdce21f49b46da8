"""From pydantic's findings to faults a person can act on; pages use it too."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import Fault, RefusedError

Model = TypeVar("Model", bound=BaseModel)


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            code="E-FIELD",
            detail=_sentence(str(finding["msg"])),
            field=".".join(str(part) for part in finding["loc"]) or None,
        )
        for finding in error.errors(include_url=False, include_context=False)
    )


def parsed(model: type[Model], values: Mapping[str, object]) -> Model:
    """The values of a form as the API's own model; RefusedError names every field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = faults_of(error)
        raise RefusedError("E-FIELD", faults[0].detail, faults=faults) from error


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message if message.endswith((".", "?", "!")) else message + "."
