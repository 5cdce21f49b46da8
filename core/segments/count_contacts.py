"""What a criteria action would do, in numbers, before it is done."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, true
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.segments.actions import ActionOptions
from core.segments.add_contacts import contacts_chosen, contacts_in
from core.segments.bulk import give_hash_memory
from core.segments.contact_filter import Filters
from core.segments.models import Segment
from core.segments.remove_contacts import lines_to_remove
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
    """One pass over the contacts, whatever the options."""
    give_hash_memory(session)
    allowed: ColumnElement[bool] = not_(Contact.exclude_from_segment)
    if options.ignore_exclusion:
        allowed = true()
    there = contacts_in(segment).subquery("there")
    is_new: ColumnElement[bool] = there.c.contact_id.is_(None)
    if options.allow_existing_contacts:
        is_new = true()
    counts = (
        contacts_chosen(filters, options)
        .outerjoin(there, there.c.contact_id == Contact.id)
        .with_only_columns(
            func.count().label("matching"),
            func.count().filter(allowed).label("not_excluded"),
            func.count().filter(and_(allowed, is_new)).label("would_add"),
        )
    )
    matching, not_excluded, would_add = session.execute(counts).one()
    return AddCount(
        matching=matching,
        excluded=matching - not_excluded,
        already_in=not_excluded - would_add,
        would_add=would_add,
    )


def is_more_than(session: Session, number: int, rows: Select[Any]) -> bool:
    """Whether there are more rows; looks no further than that."""
    found = select(func.count()).select_from(rows.limit(number + 1).subquery())
    return session.execute(found).scalar_one() > number


def count_to_remove(
    session: Session,
    segment: Segment,
    kind: ActionKind,
    filters: Filters,
    options: ActionOptions,
) -> int:
    """Lines that a Reduce or a Refine with this filter would take out."""
    statement = lines_to_remove(segment, kind, filters, options)
    return count_rows(session, statement)


def count_rows(session: Session, rows: Select[Any]) -> int:
    give_hash_memory(session)
    counted = select(func.count()).select_from(rows.subquery())
    return session.execute(counted).scalar_one()
