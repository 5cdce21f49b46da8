"""The ledger: every interaction with every contact, narrowed by what is asked."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.queries import attachment_facts, required_attachment
from core.database import transaction
from core.interactions import comments
from core.interactions.entry_title import entry_title
from core.interactions.models import Delivery, InteractionLogEntry
from core.interactions.queries import entry_row, entry_rows
from core.ledger.entry_filter import entries_matching
from core.ledger.resend_mail import is_sendable
from core.vocabulary import CorrespondenceType, DeliveryState, Evaluation
from web import choices
from web.attachments import attachment_file
from web.context import current_actor, engine
from web.ledger.entry_filters import LABELS, entry_filters_of, in_words
from web.listing import PAGE, address, chips, first_page, given, position
from web.permissions import requires
from web.segments.line_fields import as_read

Entry = InteractionLogEntry

COMMENTS_SHOWN = 20

blueprint = Blueprint(
    "interaction_log_entries", __name__, url_prefix="/interaction-log-entries"
)


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    filters = given(*LABELS)
    before = position("before")
    condition = entries_matching(entry_filters_of(filters))
    with transaction(engine()) as session:
        statement = entry_rows().where(condition)
        if before is not None:
            statement = statement.where(Entry.entry_no < before)
        newest_first = statement.order_by(Entry.entry_no.desc()).limit(PAGE + 1)
        rows = session.execute(newest_first).all()
        totals = _totals(session, condition) if "totals" in request.args else None
        options = _options(session)
    shown = rows[:PAGE]
    return render_template(
        "interaction_log_entries/listing.html",
        rows=shown,
        filters=filters,
        chips=chips(in_words(filters), LABELS),
        deeds=_deeds(filters),
        options=options,
        create_address=_create_address(filters if shown else {}),
        as_read=as_read,
        totals=totals,
        totals_address=address(totals="yes", before=None),
        next=address(before=shown[-1][0].entry_no) if len(rows) > PAGE else None,
        first=first_page(),
    )


@blueprint.get("/<int:entry_no>")
@requires(Permission.READ_CONTACTS)
def card(entry_no: int) -> ResponseReturnValue:
    return page(entry_no)


def page(entry_no: int, **more: object) -> str:
    with transaction(engine()) as session:
        row = entry_row(session, entry_no)
        return render_template(
            "interaction_log_entries/card.html",
            row=row,
            entry=row[0],
            title=entry_title(session, row[0], row.contact_name),
            file=attachment_facts(session, row[0].attachment_id),
            delivery=session.get(Delivery, entry_no),
            can_resend=is_sendable(session, entry_no),
            as_read=as_read,
            **_comments(session, entry_no),
            **more,
        )


def _comments(session: Session, entry_no: int) -> dict[str, Any]:
    """The last ones, and the way to those before them."""
    here = f"/interaction-log-entries/{entry_no}"
    found = comments.comments_of(
        session, entry_no, limit=COMMENTS_SHOWN + 1, before=position("before")
    )
    shown = found[-COMMENTS_SHOWN:]
    more = None
    if len(found) > COMMENTS_SHOWN:
        more = ("Earlier ones", f"{here}?before={shown[0].id}#comments")
    return {
        "comments": shown,
        "comment_count": comments.count_comments(session, entry_no),
        "comment_date": comments.proposed_date(session, current_actor(), entry_no),
        "comments_address": f"{here}/comments",
        "more_comments": more,
    }


@blueprint.get("/<int:entry_no>/attachment")
@requires(Permission.READ_CONTACTS)
def download(entry_no: int) -> Response:
    with transaction(engine()) as session:
        entry = entry_row(session, entry_no)[0]
        owner = f"Interaction log entry {entry_no}"
        return attachment_file(
            session, required_attachment(session, entry.attachment_id, owner)
        )


def _create_address(filters: Mapping[str, str]) -> str:
    """Create Interaction for what the list is about (WIZ-003); a filter that
    finds nothing may name nobody, and locks nothing."""
    about: dict[str, Any] = {
        "contact_no": filters.get("contact_no") or filters.get("contact_company_no"),
        "salesperson_code": filters.get("salesperson_code"),
        "campaign_no": filters.get("campaign_no"),
    }
    return url_for("single_interactions.new.show", **about)


def _totals(session: Session, condition: ColumnElement[bool]) -> Any:  # noqa: ANN401 (a row)
    """Of everything that matches, not of the page; only when somebody asks."""
    return session.execute(
        select(
            func.count().label("entries"),
            func.coalesce(func.sum(Entry.cost), 0).label("cost"),
            func.coalesce(func.sum(Entry.duration), 0).label("duration"),
        ).where(condition)
    ).one()


def _options(session: Session) -> dict[str, choices.Choices]:
    return {
        "salesperson_code": choices.all_salespeople(session),
        "interaction_template_code": choices.templates(session),
        "interaction_group_code": choices.groups(session),
        "campaign_no": choices.campaigns(session),
        "correspondence_type": choices.words(CorrespondenceType),
        "evaluation": choices.words(Evaluation),
        "delivery_state": choices.words(DeliveryState),
        "canceled": [("no", "No"), ("yes", "Yes")],
        "comment": [("yes", "With"), ("no", "Without")],
    }


def _deeds(filters: Mapping[str, str]) -> dict[str, str]:
    """Where all that the filters find is evaluated, canceled, revived or deleted."""
    places = ("evaluate", "cancel", "uncancel", "delete-canceled")
    query = f"?{urlencode(filters)}" if filters else ""
    return {place: f"/interaction-log-entries/{place}{query}" for place in places}
