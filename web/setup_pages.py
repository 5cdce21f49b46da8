"""The pages under Setup: shown on its page, found by the search box."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from web.layout import Place
from web.permissions import requires

blueprint = Blueprint("setup_pages", __name__)

# Append yours: title, address, what it is for.
SETUP_PAGES = (
    Place(
        "Users",
        "/setup/users",
        "Who may sign in, with which role and default salesperson.",
        Permission.ADMINISTER,
    ),
    Place(
        "Audit trail",
        "/setup/audit",
        "Who changed users, setup and jobs, and when.",
        Permission.ADMINISTER,
    ),
)


@blueprint.get("/setup")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    return render_template("setup.html", places=SETUP_PAGES)
