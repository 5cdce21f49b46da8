"""Contacts, narrowed by the fields above the list and by a structured filter
(`filter=` in the address): together they are one filter, which a segment can be made
of."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, false

from core.access.roles import Permission
from core.contacts.queries import contacts_page, count_contacts
from core.database import transaction
from core.errors import RefusedError
from core.segments.contact_filter import contacts_matching
from core.vocabulary import ContactType
from web import choices
from web.contact_filter import (
    PARAMETER,
    Filters,
    filters_given,
    merged,
    without,
    written,
)
from web.context import engine
from web.forms import NO_REFUSAL, refusal_of
from web.listing import PAGE, PLACES, Chip, address, chips, first_page, given
from web.permissions import requires
from web.segments.filter_words import Said, conditions_in_words

blueprint = Blueprint("listing", __name__)

LABELS = {
    "text": "Contains",
    "type": "Type",
    "company_no": "Company No.",
    "salesperson_code": "Salesperson",
    "territory_code": "Territory",
    "language_code": "Language",
    "exclude_from_segment": "Segments",
    "privacy_blocked": "Privacy",
    "has_email": "E-Mail",
    "mailing_group": "Mailing group",
    "industry_group": "Industry group",
    "interaction_from": "Interaction from",
    "interaction_to": "Interaction to",
}
TYPES = choices.words(ContactType)
EXCLUDED = [("no", "Taken into segments"), ("yes", "Excluded from segments")]
BLOCKED = [("no", "Not blocked"), ("yes", "Blocked for privacy")]
REACHABLE = [("yes", "Has one"), ("no", "Has none")]
COUNTED_UP_TO = 10_000
FEW = 4 * PAGE
NOBODY: ColumnElement[bool] = false()


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    quick = given(*LABELS)
    text = request.args.get(PARAMETER, "")
    after = given("after").get("after")
    filters: Filters = {}
    refusal, where = NO_REFUSAL, NOBODY
    try:
        filters = filters_given(text)
        where = contacts_matching(merged(filters, quick_filters(quick)))
    except RefusedError as error:
        refusal = refusal_of(error)
    with transaction(engine()) as session:
        count = count_contacts(session, where=where, at_most=COUNTED_UP_TO)
        rows = contacts_page(
            session,
            where=where,
            after=(after,) if after else None,
            limit=PAGE,
            are_few=count <= FEW,
        )
        options = {
            "salesperson_code": choices.all_salespeople(session),
            "territory_code": choices.territories(session),
            "language_code": choices.languages(session),
            "mailing_group": choices.mailing_groups(session),
            "industry_group": choices.industry_groups(session),
        }
        said = conditions_in_words(session, filters)
    page = rows[:PAGE]
    together = written(merged(filters, quick_filters(quick)))
    return render_template(
        "contacts/listing.html",
        rows=page,
        count=count,
        counted_up_to=COUNTED_UP_TO,
        filters=quick,
        filter_text=text,
        is_filtered=bool(quick or text.strip()),
        chips=[*chips(_in_words(quick), LABELS), *_chips_of(filters, said)],
        make_segment=url_for("contacts.make_segment.show", filter=together or None),
        refusal=refusal,
        options=options,
        types=TYPES,
        excluded=EXCLUDED,
        blocked=BLOCKED,
        reachable=REACHABLE,
        next=address(after=page[-1][0].no) if len(rows) > PAGE else None,
        first=first_page() if request.args.get("after") else None,
    ), (422 if refusal.headline else 200)


def quick_filters(quick: dict[str, str]) -> Filters:
    """The fields above the list as a structured filter."""
    filters: Filters = {}
    for name, value in quick.items():
        table, field, condition = _condition(name, value)
        there = filters.setdefault(table, {}).get(field)
        if isinstance(there, dict):  # from and to are one condition
            condition = there | condition
        filters[table][field] = condition
    return filters


def _condition(name: str, value: str) -> tuple[str, str, Any]:
    """Table, field and condition of a quick filter."""
    match name:
        case "text":
            return "contact", name, {"contains": value}
        case "exclude_from_segment" | "privacy_blocked":
            return "contact", name, value == "yes"
        case "has_email":
            return "contact", "email", {"ne": ""} if value == "yes" else [""]
        case "mailing_group" | "industry_group":
            return name, "code", [value]
        case "interaction_from" | "interaction_to":
            end = name.removeprefix("interaction_")
            return "interaction_log_entry", "date", {end: value}
    return "contact", name, [value]


def _chips_of(filters: Filters, said: Sequence[Said]) -> list[Chip]:
    begin_again: dict[str, object] = dict.fromkeys(PLACES)
    return [
        (
            "Where",
            words,
            address(
                **(begin_again | {PARAMETER: written(without(filters, table, *fields))})
            ),
        )
        for table, fields, words in said
    ]


def _in_words(filters: dict[str, str]) -> dict[str, str]:
    words = {
        "type": dict(TYPES),
        "exclude_from_segment": dict(EXCLUDED),
        "privacy_blocked": dict(BLOCKED),
        "has_email": dict(REACHABLE),
    }
    return {
        name: words.get(name, {}).get(value, value) for name, value in filters.items()
    }
