"""What a criteria action would do, in numbers, before it is done."""

from dataclasses import dataclass, replace

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from core.segments.actions import ActionOptions
from core.segments.add_contacts import contacts_to_add
from core.segments.contact_filter import Filters, contacts_matching
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine
from core.segments.remove_contacts import lines_matching
from core.vocabulary import ActionKind


@dataclass(frozen=True, slots=True)
class AddCount:
    """matching = excluded + already_in + would_add, always."""

    matching: int
    excluded: int
    "Left out because they are marked to be excluded from segments."
    already_in: int
    "Left out because they are on a line of the segment already."
    would_add: int


def count_to_add(
    session: Session, segment: Segment, filters: Filters, options: ActionOptions
) -> AddCount:
    everybody = replace(options, ignore_exclusion=True, allow_existing_contacts=True)
    allowed = replace(options, allow_existing_contacts=True)
    counts = (
        select(func.count())
        .select_from(contacts_to_add(segment, filters, those).subquery())
        .scalar_subquery()
        for those in (everybody, allowed, options)
    )
    matching, not_excluded, would_add = session.execute(select(*counts)).one()
    return AddCount(
        matching=matching,
        excluded=matching - not_excluded,
        already_in=not_excluded - would_add,
        would_add=would_add,
    )


def count_to_remove(
    session: Session,
    segment: Segment,
    kind: ActionKind,
    filters: Filters,
    options: ActionOptions,
) -> int:
    """Lines that a Reduce or a Refine with this filter would take out."""
    meant = lines_matching(contacts_matching(filters), options)
    if kind is ActionKind.REFINE_CONTACTS:
        meant = not_(meant)
    statement = (
        select(func.count())
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(SegmentLine.segment_id == segment.id, is_live(), meant)
    )
    return session.execute(statement).scalar_one()
