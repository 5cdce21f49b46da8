"""What pages and the API read of segments. No decisions, no commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause

from core.contacts.models import Contact
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.segments.live import is_live
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentAction,
    SegmentLine,
    is_personal,
)
from core.segments.resolve import OwnTemplate, resolved_lines
from core.vocabulary import ActionKind, ContactType


class SegmentTotals(NamedTuple):
    """Lines, cost in local currency, duration in minutes (INV-020)."""

    no_of_lines: int
    cost: Decimal
    duration: Decimal
    personal_lines: int


def segment_rows() -> Select[Any]:
    """Rows of Segment with no_of_lines, cost, duration, personal_lines,
    no_of_criteria_actions and the public id of the job that froze it.

    Header values times the lines, corrected by the personal lines alone: the
    million lines that inherit everything are never read.
    """
    actions, personal = _actions_in_force(), _personal_lines()
    return (
        select(
            Segment,
            actions.c.no_of_lines,
            (Segment.unit_cost * actions.c.no_of_lines + personal.c.extra_cost).label(
                "cost"
            ),
            (
                Segment.unit_duration * actions.c.no_of_lines
                + personal.c.extra_duration
            ).label("duration"),
            personal.c.personal_lines,
            actions.c.no_of_criteria_actions,
            Job.public_id.label("job_public_id"),
        )
        .select_from(Segment)
        .join(actions, true())
        .join(personal, true())
        .outerjoin(Job, Job.id == Segment.frozen_by_job_id)
    )


def _actions_in_force() -> LateralFromClause:
    """Every change of the roster is an action, so lines need not be counted."""
    added = SegmentAction.kind == int(ActionKind.ADD_CONTACTS)
    signed = case(
        (added, SegmentAction.lines_changed), else_=-SegmentAction.lines_changed
    )
    return (
        select(
            cast(func.coalesce(func.sum(signed), 0), BigInteger).label("no_of_lines"),
            func.count().label("no_of_criteria_actions"),
        )
        .where(
            SegmentAction.segment_id == Segment.id,
            SegmentAction.action_no <= Segment.head,
        )
        .lateral("actions_in_force")
    )


def _personal_lines() -> LateralFromClause:
    cost = func.coalesce(SegmentLine.cost, OwnTemplate.unit_cost, Segment.unit_cost)
    duration = func.coalesce(
        SegmentLine.duration, OwnTemplate.unit_duration, Segment.unit_duration
    )
    return (
        select(
            func.coalesce(func.sum(cost - Segment.unit_cost), 0).label("extra_cost"),
            func.coalesce(func.sum(duration - Segment.unit_duration), 0).label(
                "extra_duration"
            ),
            func.count().label("personal_lines"),
        )
        .select_from(SegmentLine)
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .where(SegmentLine.segment_id == Segment.id, is_live(), is_personal())
        .lateral("personal_lines")
    )


def totals(session: Session, segment: Segment) -> SegmentTotals:
    row = session.execute(segment_rows().where(Segment.id == segment.id)).one()
    return SegmentTotals(row.no_of_lines, row.cost, row.duration, row.personal_lines)


def criteria_action_count(session: Session, segment: Segment) -> int:
    row = session.execute(segment_rows().where(Segment.id == segment.id)).one()
    return int(row.no_of_criteria_actions)


def actions(session: Session, segment: Segment) -> Sequence[SegmentAction]:
    """All actions, those ahead of the head included, oldest first."""
    statement = (
        select(SegmentAction)
        .where(SegmentAction.segment_id == segment.id)
        .order_by(SegmentAction.action_no)
    )
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of a segment a list shows."""

    after: int = 0
    "Line No. after which the page begins; 0 for the first page."
    limit: int = 50
    personal_only: bool = False
    contact: str = ""
    "Part of the contact's number or name."
    line_no: int | None = None
    "Exactly this line."


def lines(session: Session, segment: Segment, wanted: LineFilter) -> Sequence[Row[Any]]:
    """One page of `line_rows`, in line order."""
    statement = line_rows(segment.id, wanted).limit(wanted.limit)
    return session.execute(statement.order_by(SegmentLine.line_no)).all()


def line_rows(segment_id: int, wanted: LineFilter) -> Select[Any]:
    """Resolved lines, each with its contact's facts and `personal`: the names of its
    own values. Page it by SegmentLine.line_no."""
    shown = resolved_lines(segment_id)
    company = aliased(Contact, name="company")
    is_person = Contact.type == int(ContactType.PERSON)
    return _narrowed(
        select(
            *(column for column in shown.c if column.name != "contact_email"),
            func.coalesce(shown.c.contact_email, "").label("contact_email"),
            # The field shows a name for people only; companies have their own field.
            case((is_person, Contact.name), else_="").label("contact_name"),
            func.coalesce(company.no, "").label("contact_company_no"),
            func.coalesce(company.name, "").label("contact_company_name"),
            func.coalesce(Contact.phone_no, "").label("contact_phone_no"),
            func.coalesce(Contact.mobile_phone_no, "").label("contact_mobile_phone_no"),
            _names_of_own_values().label("personal"),
        )
        .select_from(SegmentLine)
        .join(shown, shown.c.line_no == SegmentLine.line_no)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(company, company.id == Contact.company_id)
        .where(SegmentLine.segment_id == segment_id),
        wanted,
        shown,
    )


def _narrowed(
    statement: Select[Any], wanted: LineFilter, shown: Subquery
) -> Select[Any]:
    if wanted.after:
        # Said of both sides of the join: the planner carries an equality over, but
        # not this, and would resolve every line before the page.
        statement = statement.where(
            SegmentLine.line_no > wanted.after, shown.c.line_no > wanted.after
        )
    if wanted.line_no is not None:
        statement = statement.where(SegmentLine.line_no == wanted.line_no)
    if wanted.personal_only:
        statement = statement.where(is_personal())
    if wanted.contact:
        statement = statement.where(
            or_(
                Contact.no.icontains(wanted.contact, autoescape=True),
                Contact.name.icontains(wanted.contact, autoescape=True),
            )
        )
    return statement


def _names_of_own_values() -> ColumnElement[list[str]]:
    names = (
        case((getattr(SegmentLine, name).is_not(None), literal(name)))
        for name in OVERRIDES
    )
    return func.array_remove(array(tuple(names)), None)


def logged_segment_of(session: Session, segment_no: str) -> LoggedSegment | None:
    return session.scalars(
        select(LoggedSegment).filter_by(segment_no=segment_no)
    ).one_or_none()
