"""The OpenAPI document: generated from the code, served, and the contract."""

import copy
from typing import Any, cast

from flask import Response, current_app, json
from flask_openapi3.openapi import OpenAPI

from core.access.roles import Permission
from web.api.framework.blueprint import api_blueprint
from web.permissions import requires

SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "rollcall",
        "description": "A signed-in browser; changes need the X-CSRFToken header too.",
    },
}

blueprint = api_blueprint("document", "This document.")


@blueprint.get("/openapi.json", doc_ui=False)
@requires(Permission.READ)
def document() -> Response:
    app = cast("OpenAPI", current_app)
    return Response(json.dumps(contract(app)), mimetype="application/json")


def contract(app: OpenAPI) -> dict[str, Any]:
    """The document without what the generator adds and we do not answer with."""
    found: dict[str, Any] = copy.deepcopy(app.api_doc)
    for operations in found["paths"].values():
        for operation in operations.values():
            _drop_default_refusal(operation["responses"])
    components = found["components"]
    for operations in found["paths"].values():
        _let_body_be_left_out(operations.get("post", {}), components["schemas"])
    components["schemas"].pop("ValidationErrorModel", None)
    components["securitySchemes"] = SECURITY_SCHEMES
    return found


def _drop_default_refusal(responses: dict[str, Any]) -> None:
    # Added to every operation that documents no 422 itself; those answer with none.
    if "application/json" in responses["422"].get("content", {}):
        del responses["422"]


def _let_body_be_left_out(
    operation: dict[str, Any], schemas: dict[str, dict[str, Any]]
) -> None:
    # Where no field has to be given, a POST needs no body at all.
    body = operation.get("requestBody", {})
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in schemas and not schemas[name].get("required"):
        body["required"] = False
