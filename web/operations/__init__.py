"""The pages of operators. Each module is one page and its deeds."""

from flask import Blueprint

from web.operations import health, queues, workers

blueprint = Blueprint("operations", __name__, url_prefix="/operations")

for page in (health, queues, workers):
    blueprint.register_blueprint(page.blueprint)
