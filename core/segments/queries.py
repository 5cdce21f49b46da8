"""What pages and the API read of segments. No decisions, no commits."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.segments.live import is_live
from core.segments.models import (
    Segment,
    SegmentAction,
    SegmentLanguage,
    SegmentLine,
    is_personal,
)
from core.segments.resolve import OwnTemplate
from core.vocabulary import ActionKind


class SegmentTotals(NamedTuple):
    """Lines, cost in local currency, duration in minutes (INV-020)."""

    no_of_lines: int
    cost: Decimal
    duration: Decimal
    personal_lines: int


def segment_rows() -> Select[Any]:
    """Rows of Segment with no_of_lines, cost, duration, personal_lines,
    no_of_criteria_actions, the public id of the job that froze it, the attachment of
    its default language, and the logged segment that has used up its number: such a
    segment can be edited but never logged (NOS-012).

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
            _header_attachment().label("attachment_id"),
            _log_of_number().label("logged_segment_entry_no"),
        )
        .select_from(Segment)
        .join(actions, true())
        .join(personal, true())
        .outerjoin(Job, Job.id == Segment.frozen_by_job_id)
    )


def _header_attachment() -> ScalarSelect[int | None]:
    return (
        select(SegmentLanguage.attachment_id)
        .where(
            SegmentLanguage.segment_id == Segment.id,
            SegmentLanguage.language_code == Segment.language_code_default,
        )
        .scalar_subquery()
    )


def _log_of_number() -> ScalarSelect[int | None]:
    return (
        select(LoggedSegment.entry_no)
        .where(
            LoggedSegment.segment_no == Segment.no, LoggedSegment.undone_at.is_(None)
        )
        .scalar_subquery()
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


class Now(NamedTuple):
    """What has become of a segment number. Neither: the segment was deleted."""

    is_open: bool
    logged_entry_no: int | None
    "Of the logged segment, where its log was not undone."


def what_became_of(session: Session, numbers: Collection[str]) -> Mapping[str, Now]:
    """Two statements, however many segments."""
    still_open = set(session.scalars(select(Segment.no).where(Segment.no.in_(numbers))))
    logged = {
        row.segment_no: row.entry_no
        for row in session.execute(
            select(LoggedSegment.segment_no, LoggedSegment.entry_no).where(
                LoggedSegment.segment_no.in_(numbers), LoggedSegment.undone_at.is_(None)
            )
        )
    }
    return {no: Now(no in still_open, logged.get(no)) for no in numbers}


def logged_segment_of(session: Session, segment_no: str) -> LoggedSegment | None:
    """The log that has used up the number; one that was undone has given it back."""
    return session.scalars(
        select(LoggedSegment).where(
            LoggedSegment.segment_no == segment_no, LoggedSegment.undone_at.is_(None)
        )
    ).one_or_none()
