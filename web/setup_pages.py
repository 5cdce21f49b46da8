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
        "Marketing Setup",
        "/setup/marketing",
        "Number series in use, what persons take over, defaults of contacts.",
    ),
    Place(
        "Number series",
        "/setup/number-series",
        "Where the numbers of contacts, campaigns and segments come from.",
    ),
    Place("Salespeople", "/setup/salespeople", "Who contacts the contacts."),
    Place(
        "Interaction groups",
        "/setup/interaction-groups",
        "Kinds of interactions: letters, meetings, calls.",
    ),
    Place(
        "Interaction templates",
        "/setup/interaction-templates",
        "What an interaction is about and what it costs.",
    ),
    Place(
        "Campaign statuses",
        "/setup/campaign-statuses",
        "How far a campaign is.",
    ),
    Place("Territories", "/setup/territories", "Regions of contacts."),
    Place("Languages", "/setup/languages", "Languages of contacts and templates."),
    Place("Mailing groups", "/setup/mailing-groups", "Who gets which mailing."),
    Place("Industry groups", "/setup/industry-groups", "What companies work in."),
    Place(
        "Business relations",
        "/setup/business-relations",
        "What companies are to us: customers, vendors, press.",
    ),
    Place(
        "Job responsibilities",
        "/setup/job-responsibilities",
        "What people decide about in their companies.",
    ),
    Place(
        "Organizational levels",
        "/setup/organizational-levels",
        "How high people stand in their companies.",
    ),
    Place(
        "Profile questionnaires",
        "/setup/profile-questionnaires",
        "Questions about contacts, and the answers to choose from.",
    ),
    Place(
        "Saved criteria",
        "/saved-criteria",
        "How contacts were chosen, to be chosen so again.",
        Permission.READ_CONTACTS,
    ),
    Place(
        "Duplicate search strings",
        "/setup/duplicate-search-strings",
        "In what companies agree that may be one and the same.",
    ),
    Place("Salutations", "/setup/salutations", "How contacts are addressed."),
    Place(
        "Users",
        "/setup/users",
        "Who may sign in, with which role and default salesperson.",
        Permission.ADMINISTER,
    ),
    Place(
        "Check",
        "/checks",
        "Whether every reference and every sum in the database is right.",
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
