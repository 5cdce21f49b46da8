"""What pages and the API read of segments. No decisions, no commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from core.contacts.models import Contact
from core.interactions.models import LoggedSegment
from core.segments.live import is_live
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentAction,
    SegmentLine,
    is_personal,
)
from core.segments.resolve import OwnTemplate, resolved_lines
from core.vocabulary import ActionKind


def line_count() -> ColumnElement[int]:
    """Lines of a segment: what its actions in force added less what they removed.

    Every change of the roster is an action, so nothing has to be counted."""
    added = SegmentAction.kind == int(ActionKind.ADD_CONTACTS)
    signed = case(
        (added, SegmentAction.lines_changed), else_=-SegmentAction.lines_changed
    )
    return (
        select(func.coalesce(func.sum(signed), 0))
        .where(
            SegmentAction.segment_id == Segment.id,
            SegmentAction.action_no <= Segment.head,
        )
        .correlate(Segment)
        .scalar_subquery()
    )


class SegmentTotals(NamedTuple):
    """Lines, cost in local currency, duration in minutes (INV-020)."""

    no_of_lines: int
    cost: Decimal
    duration: Decimal
    personal_lines: int


def totals(session: Session, segment: Segment) -> SegmentTotals:
    """Header values times the lines, corrected by the personal lines alone: the
    million lines that inherit everything are never read."""
    lines = session.scalar(select(line_count()).where(Segment.id == segment.id)) or 0
    cost = func.coalesce(SegmentLine.cost, OwnTemplate.unit_cost, Segment.unit_cost)
    duration = func.coalesce(
        SegmentLine.duration, OwnTemplate.unit_duration, Segment.unit_duration
    )
    extra = session.execute(
        select(
            func.coalesce(func.sum(cost - Segment.unit_cost), 0),
            func.coalesce(func.sum(duration - Segment.unit_duration), 0),
            func.count(),
        )
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .where(SegmentLine.segment_id == segment.id, is_live(), is_personal())
    ).one()
    return SegmentTotals(
        no_of_lines=int(lines),
        cost=segment.unit_cost * int(lines) + extra[0],
        duration=segment.unit_duration * int(lines) + extra[1],
        personal_lines=extra[2],
    )


def criteria_action_count(session: Session, segment: Segment) -> int:
    statement = select(func.count()).where(
        SegmentAction.segment_id == segment.id, SegmentAction.action_no <= segment.head
    )
    return session.scalar(statement) or 0


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


def lines(
    session: Session, segment: Segment, wanted: LineFilter
) -> Sequence[Row[tuple[object, ...]]]:
    """Resolved lines in line order, at most `limit`, each with its contact's facts
    and `personal`: the names of its own values."""
    shown = resolved_lines(segment.id)
    company = aliased(Contact, name="company")
    own = aliased(SegmentLine, name="own")
    statement = (
        select(
            shown,
            func.coalesce(Contact.name, "").label("name"),
            Contact.type.label("contact_type"),
            func.coalesce(company.no, "").label("contact_company_no"),
            func.coalesce(company.name, "").label("contact_company_name"),
            func.coalesce(Contact.phone_no, "").label("contact_phone_no"),
            func.coalesce(Contact.mobile_phone_no, "").label("contact_mobile_phone_no"),
            _names_of_own_values(own).label("personal"),
        )
        .join(
            own,
            and_(own.segment_id == shown.c.segment_id, own.line_no == shown.c.line_no),
        )
        .outerjoin(Contact, Contact.id == shown.c.contact_id)
        .outerjoin(company, company.id == shown.c.contact_company_id)
        .where(shown.c.line_no > wanted.after)
        .order_by(shown.c.line_no)
        .limit(wanted.limit)
    )
    return session.execute(_narrowed(statement, wanted, own)).all()


def _narrowed(
    statement: Select[tuple[object, ...]], wanted: LineFilter, own: type[SegmentLine]
) -> Select[tuple[object, ...]]:
    if wanted.line_no is not None:
        statement = statement.where(own.line_no == wanted.line_no)
    if wanted.personal_only:
        columns = (getattr(own, name) for name in OVERRIDES)
        statement = statement.where(func.num_nonnulls(*columns) > 0)
    if wanted.contact:
        statement = statement.where(
            or_(
                Contact.no.icontains(wanted.contact, autoescape=True),
                Contact.name.icontains(wanted.contact, autoescape=True),
            )
        )
    return statement


def _names_of_own_values(own: type[SegmentLine]) -> ColumnElement[list[str]]:
    names = (
        case((getattr(own, name).is_not(None), literal(name))) for name in OVERRIDES
    )
    return func.array_remove(array(tuple(names)), None)


def logged_segment_of(session: Session, segment_no: str) -> LoggedSegment | None:
    return session.scalars(
        select(LoggedSegment).filter_by(segment_no=segment_no)
    ).one_or_none()
