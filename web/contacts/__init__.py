"""The pages of contacts. Each module is one page and its deeds."""

from flask import Blueprint

from web.contacts import (
    addresses,
    card,
    classification,
    edit,
    imports,
    listing,
    make_segment,
    new,
)

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

# The import comes first: /contacts/import is no contact called IMPORT.
for page in (
    imports,
    new,
    make_segment,
    listing,
    addresses,
    classification,
    edit,
    card,
):
    blueprint.register_blueprint(page.blueprint)
