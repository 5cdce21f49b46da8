"""The pages of contacts. Each module is one page and its deeds."""

from flask import Blueprint

from web.contacts import (
    addresses,
    card,
    classification,
    comments,
    duplicates,
    edit,
    imports,
    listing,
    look_alikes,
    make_segment,
    merge,
    new,
)

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

# Words come first: /contacts/import is no contact called IMPORT.
for page in (
    imports,
    duplicates,
    new,
    make_segment,
    listing,
    addresses,
    classification,
    comments,
    edit,
    look_alikes,
    merge,
    card,
):
    blueprint.register_blueprint(page.blueprint)
