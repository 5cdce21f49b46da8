"""The pages of segments. Each module is one page and its deeds."""

from flask import Blueprint

from web.segments import criteria, header, line, lines, listing, log, new, roster

blueprint = Blueprint("segments", __name__, url_prefix="/segments")

for page in (criteria, header, line, lines, listing, log, new, roster):
    blueprint.register_blueprint(page.blueprint)
