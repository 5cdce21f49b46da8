"""The only mapping from trouble to answers: problem+json for programs, pages for people."""

import logging
import secrets
from http import HTTPStatus
from typing import NamedTuple, NoReturn

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

from core.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    RollcallError,
    TransientError,
)
from web.validation import faults_of

logger = logging.getLogger(__name__)

_STATUS: dict[type, int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    RefusedError: 422,
    TransientError: 503,
}

_CODES = {
    400: "E-REQUEST",
    401: "E-SIGN-IN",
    403: "E-ROLE",
    404: "E-NOT-FOUND",
    405: "E-METHOD",
    406: "E-NOT-ACCEPTABLE",
    409: "E-CONFLICT",
    412: "E-CHANGED",
    413: "E-TOO-LARGE",
    415: "E-MEDIA-TYPE",
    422: "E-FIELD",
    428: "E-PRECONDITION",
    429: "E-TOO-MANY",
    503: "E-UNAVAILABLE",
}

_SENTENCES = {
    400: "The request could not be read.",
    404: "There is no such page or record. It may have been deleted or renumbered.",
    405: "This address does not answer to that method.",
    413: "That is larger than 64 MB. Split the file and send it in parts.",
    415: "Send the body as application/json.",
}
"Our own words where the framework's would be the answer."

_LINKS = {
    "job": ("/api/v1/jobs/", "/jobs/"),
    "logged_segment": ("/api/v1/logged-segments/", "/logged-segments/"),
    "segment": ("/api/v1/segments/", "/segments/"),
    "contact": ("/api/v1/contacts/", "/contacts/"),
}
"What an error points at, as an address for programs and for people."


class Problem(NamedTuple):
    status: int
    code: str
    detail: str
    faults: tuple[Fault, ...] = ()
    links: dict[str, str] = {}  # noqa: RUF012  (never changed)
    headers: dict[str, str] = {}  # noqa: RUF012  (never changed)


def handle_errors(app: Flask) -> None:
    app.register_error_handler(RollcallError, _rollcall_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(exc.DataError, _unstorable)
    for passing in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.register_error_handler(passing, _database_away)
    app.register_error_handler(Exception, _our_fault)


def raise_validation_error(error: ValidationError) -> NoReturn:
    """What flask-openapi3 calls when the input does not fit its model."""
    faults = faults_of(error)
    if request.method in {"GET", "HEAD", "DELETE"}:
        raise MalformedError("E-PARAMETER", faults[0].detail, faults=faults)
    if request.mimetype == "application/json" and _is_no_json():
        raise MalformedError("E-JSON", "The body is not valid JSON.")
    raise RefusedError("E-FIELD", faults[0].detail, faults=faults)


class MalformedError(RollcallError):
    """The request itself is not well-formed. 400."""


def _is_no_json() -> bool:
    return request.get_json(silent=True) is None and request.get_data() != b"null"


def _rollcall_error(error: RollcallError) -> ResponseReturnValue:
    kinds = type(error).__mro__
    status = next((_STATUS[kind] for kind in kinds if kind in _STATUS), 400)
    headers = {"Retry-After": "5"} if status == 503 else {}
    return _answer(
        Problem(status, error.code, error.detail, error.faults, error.links, headers)
    )


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    logger.info("csrf refused reason=%s path=%s", error.description, request.path)
    return _answer(
        Problem(
            400,
            "E-CSRF",
            "This form is out of date, or the request did not come from our own page. "
            "Load the page again and repeat it. Programs send an API token, "
            "or the X-CSRFToken header.",
        )
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.get_response()
    status = error.code or 500
    if status >= 500 and status != 503:
        return _our_fault(error)
    if status < 400:
        return error.get_response()
    if status == 401 and not is_api():
        return _to_sign_in()
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in {"Allow", "Retry-After"}
    }
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(
        Problem(
            status,
            _CODES.get(status, f"E-HTTP-{status}"),
            _sentence(error, status),
            headers=headers,
        )
    )


def _sentence(error: HTTPException, status: int) -> str:
    if error.description and error.description != type(error).description:
        return error.description
    return _SENTENCES.get(status, HTTPStatus(status).phrase)


def _unstorable(error: exc.DataError) -> ResponseReturnValue:
    # The edge should have refused it by name; say what we know, and note the gap.
    logger.warning("value not storable path=%s error=%s", request.path, error.orig)
    return _answer(
        Problem(
            422, "E-FIELD", "A value cannot be stored: it is too long or out of range."
        )
    )


def _database_away(error: Exception) -> ResponseReturnValue:
    logger.error("database away path=%s error=%s", request.path, error)
    return _answer(
        Problem(
            503,
            "E-UNAVAILABLE",
            "The database does not answer. Nothing was changed; try again in a moment.",
            headers={"Retry-After": "5"},
        )
    )


def _our_fault(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4).upper()
    logger.error(
        "unexpected error reference=%s method=%s path=%s",
        reference,
        request.method,
        request.path,
        exc_info=error,
    )
    if is_api():
        detail = (
            "Something went wrong on our side and nothing was changed. "
            f"Reference {reference}."
        )
        return _as_json(Problem(500, "E-INTERNAL", detail))
    # No base template and no database: this page must work when they do not.
    page = current_app.jinja_env.get_template("500.html").render(reference=reference)
    return Response(page, 500)


def _answer(problem: Problem) -> ResponseReturnValue:
    return _as_json(problem) if is_api() else _as_page(problem)


def is_api() -> bool:
    return request.path.startswith("/api/")


def _as_json(problem: Problem) -> Response:
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.faults:
        document["errors"] = [_as_document(fault) for fault in problem.faults]
    if problem.links:
        document["links"] = addresses(problem.links, for_programs=True)
    response = jsonify(document)
    response.status_code = problem.status
    response.content_type = "application/problem+json"
    response.headers.update(problem.headers)
    return response


def _as_document(fault: Fault) -> dict[str, object]:
    named: dict[str, object] = {"code": fault.code, "detail": fault.detail}
    if fault.field is not None:
        named["field"] = fault.field
    if fault.line_no is not None:
        named["line_no"] = fault.line_no
    return named


def _as_page(problem: Problem) -> ResponseReturnValue:
    page = render_template(
        "error.html",
        problem=problem,
        title=HTTPStatus(problem.status).phrase,
        links=addresses(problem.links, for_programs=False),
    )
    return page, problem.status, problem.headers


def addresses(links: dict[str, str], *, for_programs: bool) -> dict[str, str]:
    """Turn {"job": id} into {"job": address}."""
    place = 0 if for_programs else 1
    return {
        name: _LINKS[name][place] + key if name in _LINKS else key
        for name, key in links.items()
    }


def _to_sign_in() -> ResponseReturnValue:
    came_for = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):
        # A fragment cannot show the sign-in page; the whole page goes there.
        return "", 401, {"HX-Redirect": url_for("sign_in.form")}
    return redirect(url_for("sign_in.form", next=came_for), 303)
