"""One box for pages and records: by number or code exactly, by name from its start."""

from typing import NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from core.access.roles import Permission, allows
from core.campaigns.models import Campaign
from core.contacts.models import Contact, MergedContact
from core.database import transaction
from core.interactions.models import InteractionTemplate
from core.jobs.models import Job
from core.segments.models import Segment
from web.context import current_actor, engine
from web.layout import NAVIGATION
from web.permissions import requires
from web.setup_pages import SETUP_PAGES

blueprint = Blueprint("search", __name__, url_prefix="/search")

SHORTEST = 2
FOUND_PER_KIND = 6


class Hit(NamedTuple):
    title: str
    code: str
    path: str


class Group(NamedTuple):
    title: str
    hits: list[Hit]


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    query = request.args.get("q", "").strip()
    return render_template("search.html", query=query, groups=find(query))


@blueprint.get("/found")
@requires(Permission.READ)
def found() -> ResponseReturnValue:
    query = request.args.get("q", "").strip()
    return render_template("search_found.html", query=query, groups=find(query))


def find(query: str) -> list[Group]:
    """What there is to find for a person of this role."""
    if len(query) < SHORTEST or "\0" in query:
        return []
    role = current_actor().role
    groups = [_pages(query, role)]
    with transaction(engine()) as session:
        groups += [
            _records(session, query, kind)
            for kind in KINDS
            if allows(role, kind.permission)
        ]
        groups.append(_jobs(session, query))
    return [group for group in groups if group.hits]


def _pages(query: str, role: str) -> Group:
    words = query.casefold()
    return Group(
        "Pages",
        [
            Hit(place.title, "", place.path)
            for place in (*NAVIGATION, *SETUP_PAGES)
            if words in f"{place.title} {place.words}".casefold()
            and allows(role, place.permission)
        ],
    )


class Kind(NamedTuple):
    title: str
    path: str
    key: SQLColumnExpression[str]
    name: SQLColumnExpression[str]
    begins: SQLColumnExpression[str] | None = None
    """Capitals with an index: of a million rows only the matching ones are read."""
    permission: Permission = Permission.READ


KINDS = (
    Kind(
        "Contacts",
        "/contacts/",
        Contact.no,
        Contact.name,
        Contact.search_name,
        Permission.READ_CONTACTS,
    ),
    Kind("Segments", "/segments/", Segment.no, Segment.description),
    Kind("Campaigns", "/campaigns/", Campaign.no, Campaign.description),
    Kind(
        "Interaction Templates",
        "/setup/interaction-templates/",
        InteractionTemplate.code,
        InteractionTemplate.description,
    ),
)


def _records(session: Session, query: str, kind: Kind) -> Group:
    by_key = kind.key.startswith(query.upper(), autoescape=True)
    by_name = (
        kind.begins.startswith(query.upper(), autoescape=True)
        if kind.begins is not None
        else kind.name.icontains(query, autoescape=True)
    )
    # Asked one after the other: with OR the planner may walk the whole table in order.
    found: dict[str, str] = {}
    for condition in (by_key, by_name):
        rows = session.execute(
            select(kind.key, kind.name).where(condition).limit(FOUND_PER_KIND)
        )
        found.update((key, name) for key, name in rows)
    if kind.key is Contact.no:
        found.update(_merged(session, query))
    hits = [Hit(name or key, key, kind.path + key) for key, name in found.items()]
    return Group(kind.title, hits[:FOUND_PER_KIND])


def _merged(session: Session, query: str) -> dict[str, str]:
    """The contact that a merged number leads to, when the number is typed in full."""
    rows = session.execute(
        select(Contact.no, Contact.name)
        .join(MergedContact, MergedContact.contact_id == Contact.id)
        .where(MergedContact.no == query.upper())
    )
    return {row.no: row.name for row in rows}


def _jobs(session: Session, query: str) -> Group:
    newest = (
        select(Job.public_id, Job.title, Job.id).order_by(Job.id.desc()).limit(500)
    ).subquery()
    rows = session.execute(
        select(newest.c.public_id, newest.c.title)
        .where(func.lower(newest.c.title).contains(query.lower(), autoescape=True))
        .order_by(newest.c.id.desc())
        .limit(FOUND_PER_KIND)
    )
    return Group("Jobs", [Hit(title, "", f"/jobs/{key}") for key, title in rows])
