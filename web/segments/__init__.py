"""The pages of segments. Each module is one page and its deeds."""

from flask import Blueprint

from web.segments import (
    compare,
    content,
    criteria,
    export,
    header,
    line,
    lines,
    listing,
    log,
    mailing_group,
    new,
    personalise,
    replace_contact,
    reuse_criteria,
    reuse_logged,
    roster,
    save_criteria,
    why,
)

blueprint = Blueprint("segments", __name__, url_prefix="/segments")

for page in (
    content,
    criteria,
    header,
    line,
    lines,
    listing,
    log,
    new,
    personalise,
    replace_contact,
    roster,
    why,
    compare,
    export,
    mailing_group,
    reuse_criteria,
    reuse_logged,
    save_criteria,
):
    blueprint.register_blueprint(page.blueprint)
