"""The pages of jobs. Each module is one page or what is done on it."""

from flask import Blueprint

from web.jobs import deeds, listing, page

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

for part in (listing, page, deeds):
    blueprint.register_blueprint(part.blueprint)
