"""A blueprint below /api/v1, and what its operations promise in the document."""

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.schema import Schema
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from web.api.framework.problems import MEDIA_TYPE, Problem, ProblemFault

PREFIX = "/api/v1"

Responses = dict[int | str, Any]


def api_blueprint(name: str, about: str) -> APIBlueprint:
    """A blueprint for one noun; `about` is its sentence in the document."""
    blueprint = APIBlueprint(
        f"api_{name.replace('-', '_')}",
        __name__,
        url_prefix=PREFIX,
        abp_tags=[Tag(name=name, description=about)],
        abp_security=[{"token": []}, {"session": []}],
    )
    for model in (Problem, ProblemFault):
        blueprint.components_schemas[model.__name__] = _schema(model)
    return blueprint


def lists(page: type[BaseModel]) -> Responses:
    return {200: page} | _problems(400, 401, 403)


def lists_of_record(page: type[BaseModel]) -> Responses:
    """A list below one record, which may be missing."""
    return {200: page} | _problems(400, 401, 403, 404)


def shows(shown: type[BaseModel]) -> Responses:
    return {
        200: _tagged(shown),
        304: {"description": "You have this version already."},
    } | _problems(400, 401, 403, 404)


def creates(shown: type[BaseModel]) -> Responses:
    headers = {"Location": _header("The address of the new record.")}
    return {201: _tagged(shown, headers)} | _problems(400, 401, 403, 404, 409, 413, 422)


def starts(job: type[BaseModel]) -> Responses:
    """202: a job was promised; follow Location."""
    headers = {
        "Location": _header("The address of the job."),
        "Retry-After": _header("Seconds until it is worth asking."),
    }
    return {202: _tagged(job, headers)} | _problems(400, 401, 403, 404, 409, 413, 422)


def does(shown: type[BaseModel]) -> Responses:
    """A POST that answers with the changed record or with what it found out."""
    return {200: _tagged(shown)} | _problems(400, 401, 403, 404, 409, 413, 422)


def changes(shown: type[BaseModel]) -> Responses:
    return {200: _tagged(shown)} | _problems(400, 401, 403, 404, 409, 412, 413, 422)


def deletes() -> Responses:
    return {204: {"description": "Deleted."}} | _problems(
        400, 401, 403, 404, 409, 412, 422
    )


_MEANINGS = {
    400: "The request cannot be read: malformed JSON, or an unknown parameter.",
    401: "Not signed in.",
    403: "The role does not allow it.",
    404: "There is no such record.",
    409: "The state of the record does not allow it.",
    412: "The record is not the version that If-Match names.",
    413: "The request is too large.",
    422: "A rule is broken; `errors` names each field or line.",
    429: "Too many attempts.",
    503: "The database does not answer; try again after Retry-After seconds.",
}


def _problems(*statuses: int) -> Responses:
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": _reference(Problem)}},
        }
        for status in (*statuses, 503)
    }


def _tagged(
    shown: type[BaseModel], headers: dict[str, Any] | None = None
) -> type[BaseModel]:
    """The model, documented with the headers that come with it."""
    found = {"ETag": _header("The version of this representation.")} | (headers or {})
    return type(
        shown.__name__,
        (shown,),
        {
            "__module__": shown.__module__,
            "__doc__": shown.__doc__,
            "model_config": {"openapi_extra": {"headers": found}},
        },
    )


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schema(model: type[BaseModel]) -> Schema:
    return Schema(
        **model.model_json_schema(ref_template="#/components/schemas/{model}")
    )
