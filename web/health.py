"""For supervisors and load balancers; the only pages open to everybody but sign-in."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

import core.migrations
from web.context import engine

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Ready when the database answers and has the tables this version expects."""
    try:
        with engine().connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return jsonify(status="waiting", database="does not answer"), 503
    wanted = _newest_revision()
    if found != wanted:
        return jsonify(status="waiting", schema=found, wanted=wanted), 503
    return jsonify(status="ok", schema=found)


@cache
def _newest_revision() -> str | None:
    folder = Path(core.migrations.__path__[0])
    return ScriptDirectory(folder).get_current_head()
