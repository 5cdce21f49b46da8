"""Create Interaction, postponed interactions, and how it went."""

from flask import Blueprint

from web.single_interactions import new, postponed, result

blueprint = Blueprint("single_interactions", __name__)
for part in (new, postponed, result):
    blueprint.register_blueprint(part.blueprint)
