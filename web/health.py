"""For supervisors and load balancers; the only pages open to everybody but sign-in."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from core.migrations.run import current_revision, is_known, newest_revision
from core.operations.situation import Schema
from web.context import engine

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Ready when the database answers and its schema serves this version.

    A schema of a later version does: during an upgrade the old processes go on.
    """
    try:
        with engine().connect() as connection:
            schema = schema_of(connection)
    except SQLAlchemyError:
        return jsonify(status="waiting", database="does not answer"), 503
    if not schema.serves:
        return jsonify(status="waiting", schema=schema.found, wanted=schema.wanted), 503
    return jsonify(status="ok", schema=schema.found)


def schema_of(connection: Connection) -> Schema:
    found = current_revision(connection)
    is_newer = found is not None and not is_known(found)
    return Schema(found, newest_revision(), is_newer)
