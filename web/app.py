"""Wiring and nothing else."""

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine

import core.models  # noqa: F401  (every table known before the first query)
from core.operations.broker import BrokerWatch
from core.settings import Settings
from web import api, errors, layout, metrics, pages, permissions, security
from web.context import Context
from web.crowd import Crowd
from web.json_input import JsonInput
from web.nudge import Nudge
from web.recent import Recent


def create_app(settings: Settings, engine: Engine, nudge: Nudge) -> Flask:
    app = OpenAPI(
        "web",
        info=Info(title="Rollcall", version="1"),
        doc_ui=False,  # web/api serves the document itself, without a bundled UI
        validation_error_callback=errors.raise_validation_error,
        static_folder="static",
        template_folder="templates",
    )
    broker = BrokerWatch(settings.redis_url)
    recent = Recent(settings.live_seconds)
    app.extensions["rollcall"] = Context(
        settings, engine, nudge, broker, recent, Crowd()
    )
    app.json = JsonInput(app)
    security.secure(app, settings)
    metrics.count_requests(app)
    permissions.guard(app, CSRFProtect(app))
    errors.handle_errors(app)
    layout.dress(app)
    for page in pages.PAGES:
        app.register_blueprint(page.blueprint)
    for resource in api.RESOURCES:
        app.register_api(resource.blueprint)
    return app
