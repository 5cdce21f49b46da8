"""The ledger: every interaction with every contact, narrowed by what is asked."""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.queries import attachment_facts, required_attachment
from core.contacts.models import Contact
from core.database import transaction
from core.interactions.entry_title import entry_title
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_row, entry_rows
from core.vocabulary import CorrespondenceType, Evaluation
from web import choices
from web.attachments import attachment_file
from web.context import engine
from web.listing import PAGE, address, chips, day, first_page, given, position
from web.permissions import requires
from web.segments.line_fields import as_read

Entry = InteractionLogEntry

blueprint = Blueprint(
    "interaction_log_entries", __name__, url_prefix="/interaction-log-entries"
)

Condition = Callable[[str], ColumnElement[bool] | None]


def _code(column: Any) -> Condition:  # noqa: ANN401  (any column of codes)
    return lambda text: column == text.upper()


def _number(column: Any) -> Condition:  # noqa: ANN401  (any column of numbers)
    return lambda text: column == int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _contact(column: Any) -> Condition:  # noqa: ANN401  (any column of contacts)
    # The number is looked up once, so that the index over the id is used.
    return lambda text: (
        column
        == (select(Contact.id).where(Contact.no == text.upper()).scalar_subquery())
    )


def _word(column: Any, words: type[IntEnum]) -> Condition:  # noqa: ANN401
    by_word = {member.name.lower(): member.value for member in words}
    return lambda text: column == by_word[text] if text in by_word else None


def _from(text: str) -> ColumnElement[bool] | None:
    first = day(text)
    return Entry.date >= first if first else None


def _to(text: str) -> ColumnElement[bool] | None:
    last = day(text)
    return Entry.date <= last if last else None


CONDITIONS: Mapping[str, Condition] = {
    "from": _from,
    "to": _to,
    "contact_no": _contact(Entry.contact_id),
    "contact_company_no": _contact(Entry.contact_company_id),
    "salesperson_code": _code(Entry.salesperson_code),
    "interaction_template_code": _code(Entry.interaction_template_code),
    "interaction_group_code": _code(Entry.interaction_group_code),
    "campaign_no": _code(Entry.campaign_no),
    "segment_no": _code(Entry.segment_no),
    "logged_segment_entry_no": _number(Entry.logged_segment_entry_no),
    "correspondence_type": _word(Entry.correspondence_type, CorrespondenceType),
    "evaluation": _word(Entry.evaluation, Evaluation),
    "canceled": lambda text: Entry.canceled.is_(text == "yes"),
}
LABELS = {
    "from": "From",
    "to": "To",
    "contact_no": "Contact",
    "contact_company_no": "Company",
    "salesperson_code": "Salesperson",
    "interaction_template_code": "Template",
    "interaction_group_code": "Group",
    "campaign_no": "Campaign",
    "segment_no": "Segment",
    "logged_segment_entry_no": "Logged segment",
    "correspondence_type": "Correspondence type",
    "evaluation": "Evaluation",
    "canceled": "Canceled",
}


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    filters = given(*LABELS)
    before = position("before")
    conditions = _conditions(filters)
    with transaction(engine()) as session:
        statement = entry_rows().where(*conditions)
        if before is not None:
            statement = statement.where(Entry.entry_no < before)
        newest_first = statement.order_by(Entry.entry_no.desc()).limit(PAGE + 1)
        rows = session.execute(newest_first).all()
        totals = _totals(session, conditions) if "totals" in request.args else None
        options = _options(session)
    page = rows[:PAGE]
    return render_template(
        "interaction_log_entries/listing.html",
        rows=page,
        filters=filters,
        chips=chips(_in_words(filters), LABELS),
        options=options,
        as_read=as_read,
        totals=totals,
        totals_address=address(totals="yes", before=None),
        next=address(before=page[-1][0].entry_no) if len(rows) > PAGE else None,
        first=first_page(),
    )


@blueprint.get("/<int:entry_no>")
@requires(Permission.READ_CONTACTS)
def card(entry_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        row = entry_row(session, entry_no)
        title = entry_title(session, row[0], row.contact_name)
        file = attachment_facts(session, row[0].attachment_id)
    return render_template(
        "interaction_log_entries/card.html",
        row=row,
        entry=row[0],
        title=title,
        file=file,
        as_read=as_read,
    )


@blueprint.get("/<int:entry_no>/attachment")
@requires(Permission.READ_CONTACTS)
def download(entry_no: int) -> Response:
    with transaction(engine()) as session:
        entry = entry_row(session, entry_no)[0]
        owner = f"Interaction log entry {entry_no}"
        return attachment_file(
            session, required_attachment(session, entry.attachment_id, owner)
        )


def _conditions(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    asked = (CONDITIONS[name](text) for name, text in filters.items())
    return [condition for condition in asked if condition is not None]


def _totals(session: Session, conditions: list[ColumnElement[bool]]) -> Any:  # noqa: ANN401 (a row)
    """Of everything that matches, not of the page; only when somebody asks."""
    return session.execute(
        select(
            func.count().label("entries"),
            func.coalesce(func.sum(Entry.cost), 0).label("cost"),
            func.coalesce(func.sum(Entry.duration), 0).label("duration"),
        ).where(Entry.postponed.is_(False), *conditions)
    ).one()


def _options(session: Session) -> dict[str, choices.Choices]:
    return {
        "salesperson_code": choices.salespeople(session),
        "interaction_template_code": choices.templates(session),
        "interaction_group_code": choices.groups(session),
        "campaign_no": choices.campaigns(session),
        "correspondence_type": choices.words(CorrespondenceType),
        "evaluation": choices.words(Evaluation),
        "canceled": [("no", "No"), ("yes", "Yes")],
    }


def _in_words(filters: Mapping[str, str]) -> dict[str, str]:
    spoken = {"correspondence_type", "evaluation", "canceled"}
    return {
        name: text.replace("_", " ") if name in spoken else text
        for name, text in filters.items()
    }
