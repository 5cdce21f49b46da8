"""One contact: who it is, what was said to it, where it stands."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts import address_date_ranges, alternative_addresses, queries
from core.contacts.models import Contact
from core.contacts.statistics import statistics_of
from core.database import transaction
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_rows
from core.segments.models import Segment
from core.vocabulary import ContactType
from web import choices
from web.api.contacts import segments_of
from web.contacts import groups
from web.context import current_actor, engine
from web.permissions import requires

blueprint = Blueprint("card", __name__)

ENTRIES_SHOWN = 10
PEOPLE_SHOWN = 10
SEGMENTS_SHOWN = 20


@blueprint.get("/<no>")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    return page(no)


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
        "entries": _entries(session, contact),
        "entries_shown": ENTRIES_SHOWN,
        "segments": session.execute(
            segments_of(contact).order_by(Segment.id.desc()).limit(SEGMENTS_SHOWN)
        ).all(),
        "people": _people(session, contact) if is_company else [],
        "people_count": queries.people_of(session, contact.id) if is_company else 0,
        "addresses": alternative_addresses.addresses_of(session, contact.id),
        "ranges": address_date_ranges.date_ranges_of(session, contact.id),
        "active_code": address_date_ranges.active_address_code(session, contact.id, on),
        "names": {
            "salesperson": dict(choices.salespeople(session)),
            "territory": dict(choices.territories(session)),
            "language": dict(choices.languages(session)),
            "level": dict(choices.organizational_levels(session)),
        },
        **groups.shown(session, contact),
    }


def _entries(session: Session, contact: Contact) -> Sequence[Any]:
    entry = InteractionLogEntry
    of_contact = (
        entry.contact_company_id == contact.id
        if contact.type == ContactType.COMPANY
        else entry.contact_id == contact.id
    )
    newest = entry_rows().where(of_contact).order_by(entry.entry_no.desc())
    return session.execute(newest.limit(ENTRIES_SHOWN)).all()


def _people(session: Session, company: Contact) -> Sequence[Contact]:
    of_company = (Contact.company_id == company.id) & (Contact.id != company.id)
    rows = queries.contacts_page(
        session, where=of_company, order="name", limit=PEOPLE_SHOWN
    )
    return [row[0] for row in rows[:PEOPLE_SHOWN]]
