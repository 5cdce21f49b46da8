"""What happened with a contact: interactions, comments, mergers, segments it is in.

One order for all of them: newest day first, on one day comments before interactions
before mergers before segments, of one kind the latest number first.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, SMALLINT
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from core.contacts.models import Contact
from core.vocabulary import ContactType


class Kind(IntEnum):
    SEGMENT = 1
    MERGE = 2
    INTERACTION = 3
    COMMENT = 4


class Place(NamedTuple):
    """The last item of the page before."""

    day: date
    kind: int
    id: int


class Item(NamedTuple):
    day: date
    kind: int
    id: int
    "Entry number of an interaction; else the inner id of the row."
    no: str
    "Of the segment, or the merged number."
    title: str
    detail: str
    contact_no: str
    contact_name: str
    "With whom of a company's people."
    canceled: bool
    at: datetime | None


# Each branch sorts what is of this contact, found by an index, and hands over no more
# than a page. Interactions of a company are with its people too (INT-003), postponed
# ones are shown nowhere (INT-001).
_TIMELINE = """
    SELECT * FROM (
        (SELECT entry.date AS day, 3 AS kind, entry.entry_no AS id, '' AS no,
                entry.description AS title, entry.interaction_template_code AS detail,
                coalesce(contact.no, ''), coalesce(contact.name, ''),
                entry.canceled, NULL::timestamptz
         FROM interaction_log_entry AS entry
         LEFT JOIN contact ON contact.id = entry.contact_id
         WHERE 3 = ANY(:kinds) AND NOT entry.postponed AND entry.{scope} = :contact_id
           AND (entry.date, 3, entry.entry_no) < (:day, :kind, :id)
         ORDER BY entry.date DESC, entry.entry_no DESC
         LIMIT :limit)
        UNION ALL
        (SELECT date, 4, id, '', comment, written_by, '', '', false, NULL::timestamptz
         FROM contact_comment
         WHERE 4 = ANY(:kinds) AND contact_id = :contact_id
           AND (date, 4, id) < (:day, :kind, :id)
         ORDER BY date DESC, id DESC
         LIMIT :limit)
        UNION ALL
        (SELECT merged_at::date, 2, (row_number() OVER (ORDER BY merged_at, no)), no,
                '', merged_by, '', '', false, merged_at
         FROM merged_contact
         WHERE 2 = ANY(:kinds) AND contact_id = :contact_id)
        UNION ALL
        (SELECT action.created_at::date, 1, segment.id, segment.no,
                segment.description, '', '', '', false, action.created_at
         FROM (
             SELECT segment_id, min(added_by) AS added_by
             FROM segment_line AS line
             JOIN segment ON segment.id = line.segment_id
             WHERE line.contact_id = :contact_id AND line.added_by <= segment.head
               AND (line.removed_by IS NULL OR line.removed_by > segment.head)
             GROUP BY segment_id
         ) AS member
         JOIN segment ON segment.id = member.segment_id
         -- In a follow-up one step stands for all that had added its lines.
         JOIN LATERAL (
             SELECT created_at FROM segment_action
             WHERE segment_id = member.segment_id AND action_no >= member.added_by
             ORDER BY action_no LIMIT 1
         ) AS action ON true
         WHERE 1 = ANY(:kinds))
    ) AS item
    WHERE (day, kind, id) < (:day, :kind, :id)
    ORDER BY day DESC, kind DESC, id DESC
    LIMIT :limit
"""
_PARAMETERS = (
    bindparam("kinds", type_=ARRAY(SMALLINT)),
    bindparam("day", type_=Date),
    bindparam("kind", type_=SMALLINT),
    bindparam("id", type_=BIGINT),
)
_OF_COMPANY = text(_TIMELINE.format(scope="contact_company_id")).bindparams(
    *_PARAMETERS
)
_OF_PERSON = text(_TIMELINE.format(scope="contact_id")).bindparams(*_PARAMETERS)
_NEWEST = Place(date.max, max(Kind) + 1, 0)


def timeline(
    session: Session,
    contact: Contact,
    *,
    kinds: Collection[Kind] = tuple(Kind),
    after: Place | None = None,
    limit: int = 20,
) -> Sequence[Item]:
    """The items behind `after`; one more than `limit` tells of a next page."""
    is_company = contact.type == ContactType.COMPANY
    rows = session.execute(
        _OF_COMPANY if is_company else _OF_PERSON,
        {
            "contact_id": contact.id,
            "kinds": sorted(kinds),
            **(after or _NEWEST)._asdict(),
            "limit": limit + 1,
        },
    )
    return [Item(*row) for row in rows]
