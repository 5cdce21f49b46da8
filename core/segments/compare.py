"""Two segments side by side: whose contacts are only in one, only in the other, or in
both."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.contacts.queries import contact_rows
from core.segments.add_contacts import contacts_in
from core.segments.bulk import give_hash_memory
from core.segments.live import in_force
from core.segments.models import Segment, SegmentLine


class Part(StrEnum):
    ONLY_A = "only_a"
    ONLY_B = "only_b"
    BOTH = "both"


class Comparison(NamedTuple):
    """Contacts, however many lines each has."""

    only_a: int
    only_b: int
    both: int


def compare(session: Session, a: Segment, b: Segment) -> Comparison:
    """Plan: the contacts of both segments meet in one hash join (a million against a
    million: two passes over their lines)."""
    give_hash_memory(session)
    in_a = contacts_in(a).subquery("in_a")
    in_b = contacts_in(b).subquery("in_b")
    left, right = in_a.c.contact_id, in_b.c.contact_id
    counts = select(
        func.count().filter(right.is_(None)),
        func.count().filter(left.is_(None)),
        func.count().filter(and_(left.is_not(None), right.is_not(None))),
    ).select_from(in_a.outerjoin(in_b, left == right, full=True))
    return Comparison(*session.execute(counts).one())


def part_rows(a: Segment, b: Segment, part: Part) -> Select[Any]:
    """Contacts of a part with their company's number and name. Page it by the number
    of the contact: each page looks up as many lines as it passes contacts."""
    in_a, in_b = _is_in(a), _is_in(b)
    conditions = {
        Part.ONLY_A: and_(in_a, ~in_b),
        Part.ONLY_B: and_(in_b, ~in_a),
        Part.BOTH: and_(in_a, in_b),
    }
    rows: Select[Any] = contact_rows().where(conditions[part])
    return rows


def _is_in(segment: Segment) -> ColumnElement[bool]:
    """Asked line by line: a page needs the lines of few contacts, and to gather those
    of the whole segment first would take seconds."""
    return (
        exists()
        .where(
            SegmentLine.contact_id == Contact.id,
            SegmentLine.segment_id == segment.id,
            in_force(segment),
        )
        .correlate(Contact)
    )


def part_page(
    session: Session, rows: Select[Any], *, after: str, limit: int
) -> Sequence[Row[Any]]:
    if after:
        rows = rows.where(Contact.no > after)
    return session.execute(rows.order_by(Contact.no).limit(limit)).all()


def filters_of_part(
    a_no: str, b_no: str, part: Part
) -> Mapping[str, Mapping[str, object]]:
    """The filter that means the part, for whoever wants to do something with it."""
    conditions: dict[Part, dict[str, object]] = {
        Part.ONLY_A: {"no": [a_no], "not_in": [b_no]},
        Part.ONLY_B: {"no": [b_no], "not_in": [a_no]},
        Part.BOTH: {"no": [a_no], "also_in": [b_no]},
    }
    return {"segment": conditions[part]}
