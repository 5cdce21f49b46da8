from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, or_

from core.access.roles import Permission
from core.database import transaction
from core.segments.models import Segment
from core.segments.queries import segment_rows
from web import choices
from web.context import engine
from web.listing import PAGE, address, chips, first_page, given, position
from web.permissions import requires
from web.segments.head import Head

blueprint = Blueprint("listing", __name__)

LABELS = {
    "text": "Contains",
    "campaign_no": "Campaign",
    "salesperson_code": "Salesperson",
    "interaction_template_code": "Template",
    "state": "State",
}
CODES = {
    "campaign_no": Segment.campaign_no,
    "salesperson_code": Segment.salesperson_code,
    "interaction_template_code": Segment.interaction_template_code,
}
STATES = [("open", "Open"), ("locked", "Locked by a job")]


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    filters = given(*LABELS)
    before_id = position("before")
    with transaction(engine()) as session:
        statement = segment_rows().where(*_conditions(filters))
        if before_id is not None:
            statement = statement.where(Segment.id < before_id)
        rows = session.execute(statement.order_by(Segment.id.desc()).limit(PAGE + 1))
        heads = [Head(*row) for row in rows]
        options = {
            "campaign_no": choices.campaigns(session),
            "salesperson_code": choices.all_salespeople(session),
            "interaction_template_code": choices.templates(session),
        }
    page = heads[:PAGE]
    return render_template(
        "segments/listing.html",
        heads=page,
        filters=filters,
        chips=chips(_in_words(filters), LABELS),
        options=options,
        states=STATES,
        next=address(before=page[-1].segment.id) if len(heads) > PAGE else None,
        first=first_page(),
    )


def _conditions(filters: dict[str, str]) -> list[ColumnElement[bool]]:
    return [_condition(name, value) for name, value in filters.items()]


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name == "text":
        return or_(
            Segment.no.icontains(value, autoescape=True),
            Segment.description.icontains(value, autoescape=True),
        )
    if name == "state":
        frozen = Segment.frozen_by_job_id
        return frozen.is_(None) if value == "open" else frozen.is_not(None)
    return CODES[name] == value.upper()


def _in_words(filters: dict[str, str]) -> dict[str, str]:
    words = dict(STATES)
    return {
        name: words.get(value, value) if name == "state" else value
        for name, value in filters.items()
    }
