"""One contact: who it is, what was said to it, where it stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts import address_date_ranges, alternative_addresses, comments, queries
from core.contacts.classification.relation_summary import relation_summary_of
from core.contacts.greetings import greetings_of
from core.contacts.models import Contact
from core.contacts.statistics import statistics_of
from core.database import transaction
from core.errors import MergedError
from core.segments.contact_timeline import Kind, Place, timeline
from core.segments.models import Segment
from core.vocabulary import ContactType
from web import choices
from web.api.contacts import segments_of
from web.contacts import groups
from web.context import current_actor, engine
from web.permissions import requires

blueprint = Blueprint("card", __name__)

ITEMS_SHOWN = 20
PEOPLE_SHOWN = 10
SEGMENTS_SHOWN = 20
COMMENTS_SHOWN = 5
KINDS = {
    "interactions": Kind.INTERACTION,
    "comments": Kind.COMMENT,
    "segments": Kind.SEGMENT,
    "mergers": Kind.MERGE,
}


@blueprint.get("/<no>")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    try:
        return page(no)
    except MergedError as error:
        flash(error.detail)
        return redirect(url_for("contacts.card.show", no=error.links["contact"]))


def page(no: str, **more: object) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        return render_template("contacts/card.html", **_shown(session, contact), **more)


def _shown(session: Session, contact: Contact) -> dict[str, Any]:
    is_company = contact.type == ContactType.COMPANY
    on = current_actor().work_date
    return {
        "contact": contact,
        "is_company": is_company,
        "company": queries.company_of(session, contact),
        "statistics": statistics_of(session, contact),
        "greetings": greetings_of(session, contact),
        **_timeline(session, contact),
        "segments": session.execute(
            segments_of(contact).order_by(Segment.id.desc()).limit(SEGMENTS_SHOWN)
        ).all(),
        "people": _people(session, contact) if is_company else [],
        "people_count": queries.people_of(session, contact.id) if is_company else 0,
        "addresses": alternative_addresses.addresses_of(session, contact.id),
        "ranges": address_date_ranges.date_ranges_of(session, contact.id),
        "active_code": address_date_ranges.active_address_code(session, contact.id, on),
        **_comments(session, contact),
        "relation": relation_summary_of(session, contact).name.lower(),
        "names": {
            "salesperson": dict(choices.all_salespeople(session)),
            "territory": dict(choices.territories(session)),
            "language": dict(choices.languages(session)),
            "level": dict(choices.organizational_levels(session)),
        },
        **groups.shown(session, contact),
    }


def _comments(session: Session, contact: Contact) -> dict[str, Any]:
    """The newest few; the timeline has all of them."""
    count = comments.count_comments(session, contact)
    everything = url_for(
        "contacts.card.show", no=contact.no, kind="comments", _anchor="timeline"
    )
    return {
        "comments": comments.comments_of(session, contact, limit=COMMENTS_SHOWN),
        "comment_count": count,
        "comment_date": current_actor().work_date,
        "comments_address": url_for("contacts.comments.add", no=contact.no),
        "more_comments": ("All of them", everything)
        if count > COMMENTS_SHOWN
        else None,
    }


def _timeline(session: Session, contact: Contact) -> dict[str, Any]:
    """The newest items of the kind that is asked for, or behind those shown before."""
    shown = request.args.get("kind", "")
    kinds = [KINDS[shown]] if shown in KINDS else list(Kind)
    items = timeline(session, contact, kinds=kinds, after=_place(), limit=ITEMS_SHOWN)
    page, last = items[:ITEMS_SHOWN], items[ITEMS_SHOWN - 1 : ITEMS_SHOWN]
    follows = len(items) > ITEMS_SHOWN
    return {
        "items": page,
        "item_kinds": {int(kind): word for word, kind in KINDS.items()},
        "kind": shown if shown in KINDS else "",
        "kinds": KINDS,
        "older": "/".join(map(str, last[0][:3])) if follows else None,
        "is_older": "older" in request.args,
    }


def _place() -> Place | None:
    """Where the page begins; nonsense begins at the newest."""
    day, _, rest = request.args.get("older", "").partition("/")
    kind, _, key = rest.partition("/")
    try:
        return Place(date.fromisoformat(day), int(kind) % 5, int(key) % 2**63)
    except ValueError:
        return None


def _people(session: Session, company: Contact) -> Sequence[Contact]:
    of_company = (Contact.company_id == company.id) & (Contact.id != company.id)
    rows = queries.contacts_page(
        session, where=of_company, order="name", limit=PEOPLE_SHOWN
    )
    return [row[0] for row in rows[:PEOPLE_SHOWN]]
