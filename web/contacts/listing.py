from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.access.roles import Permission
from core.contacts.models import Contact
from core.contacts.queries import contacts_page, count_contacts
from core.database import transaction
from core.vocabulary import ContactType
from web import choices
from web.context import engine
from web.listing import PAGE, address, chips, first_page, given
from web.permissions import requires

blueprint = Blueprint("listing", __name__)

LABELS = {
    "text": "Contains",
    "type": "Type",
    "company_no": "Company No.",
    "salesperson_code": "Salesperson",
    "territory_code": "Territory",
    "language_code": "Language",
    "exclude_from_segment": "Segments",
}
TYPES = choices.words(ContactType)
EXCLUDED = [("no", "Taken into segments"), ("yes", "Excluded from segments")]
COUNTED_UP_TO = 10_000


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    filters = given(*LABELS)
    where = and_(true(), *(_condition(name, value) for name, value in filters.items()))
    after = given("after").get("after")
    with transaction(engine()) as session:
        rows = contacts_page(
            session, where=where, after=(after,) if after else None, limit=PAGE
        )
        count = count_contacts(session, where=where, at_most=COUNTED_UP_TO)
        options = {
            "salesperson_code": choices.salespeople(session),
            "territory_code": choices.territories(session),
            "language_code": choices.languages(session),
        }
    page = rows[:PAGE]
    return render_template(
        "contacts/listing.html",
        rows=page,
        count=count,
        counted_up_to=COUNTED_UP_TO,
        filters=filters,
        chips=chips(_in_words(filters), LABELS),
        options=options,
        types=TYPES,
        excluded=EXCLUDED,
        next=address(after=page[-1][0].no) if len(rows) > PAGE else None,
        first=first_page() if request.args.get("after") else None,
    )


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name == "text":
        return or_(
            Contact.no.icontains(value, autoescape=True),
            Contact.name.icontains(value, autoescape=True),
            Contact.email.icontains(value, autoescape=True),
        )
    if name == "type":
        kind = ContactType.PERSON if value == "person" else ContactType.COMPANY
        return Contact.type == kind
    if name == "exclude_from_segment":
        return Contact.exclude_from_segment.is_(value == "yes")
    if name == "company_no":
        found = aliased(Contact)
        return Contact.company_id.in_(select(found.id).where(found.no == value.upper()))
    column: InstrumentedAttribute[str] = getattr(Contact, name)
    return column == value.upper()


def _in_words(filters: dict[str, str]) -> dict[str, str]:
    words = {"type": dict(TYPES), "exclude_from_segment": dict(EXCLUDED)}
    return {
        name: words.get(name, {}).get(value, value) for name, value in filters.items()
    }
