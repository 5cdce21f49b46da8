"""Cancel, let count again, evaluate, delete, undo: each is asked for in numbers first."""

from flask import Blueprint

from web.ledger import campaign_entries, entries, evaluate, logged_segments, resend

blueprint = Blueprint("ledger", __name__)
for part in (campaign_entries, entries, evaluate, logged_segments, resend):
    blueprint.register_blueprint(part.blueprint)
