"""Pairs of contacts that are likely one and the same.

Both are of one type and one search name, which is the name in capitals while nobody
chose another; and they share an address, a phone number or an e-mail address.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

SAME_NAME, SAME_EMAIL, SAME_PHONE, SAME_ADDRESS = 50, 25, 15, 10
"""What each agreement adds to a pair's score; all of them make 100."""

LEAST = 60
"""The score of a pair worth showing: a name alone is none."""

LOOKED_AT = 100_000
"""Contacts one page looks through at most, so that it answers whatever there is."""


class Place(NamedTuple):
    """Where a page begins: behind this pair, or behind all pairs of the name."""

    name: str = ""
    left_no: str = ""
    right_no: str = ""


class LikelyPair(NamedTuple):
    left_no: str
    left_name: str
    left_city: str
    left_email: str
    right_no: str
    right_name: str
    right_city: str
    right_email: str
    type: int
    score: int
    same_email: bool
    same_phone: bool
    same_address: bool
    search_name: str


class Found(NamedTuple):
    pairs: Sequence[LikelyPair]
    next: Place | None
    up_to: str
    "The last name looked at when there are more; blank at the end."


# The index on search_name is one of text_pattern_ops, which serves the operators with
# tildes: it gives the contacts of a stretch of names in order. A stretch always ends
# with a whole name. Names that occur twice come from that index alone, and only their
# contacts are read: OFFSET 0 keeps the planner, which takes a third of all names for
# such, from reading the whole table. Agreement is then found by hashing what they say,
# never by comparing each with each.
_END = text("""
    SELECT search_name FROM contact
    WHERE search_name ~>~ :name
    ORDER BY search_name USING ~<~
    OFFSET :looked_at LIMIT 1
""")

_PAIRS = text("""
    WITH twice AS MATERIALIZED (
        SELECT search_name
        FROM contact
        WHERE search_name ~>=~ :name AND search_name ~<=~ :up_to
          AND search_name <> ''
        GROUP BY search_name HAVING count(*) > 1
    ),
    said AS (
        SELECT DISTINCT no, id, type, search_name, kind, words
        FROM twice
        CROSS JOIN LATERAL (
            SELECT id, no, type, email, phone_no, mobile_phone_no, post_code, address
            FROM contact WHERE contact.search_name = twice.search_name
            OFFSET 0
        ) AS namesake
        CROSS JOIN LATERAL (VALUES
            (1, lower(email)),
            (2, regexp_replace(phone_no, '[^0-9]', '', 'g')),
            (2, regexp_replace(mobile_phone_no, '[^0-9]', '', 'g')),
            (4, CASE WHEN post_code <> '' AND address <> ''
                     THEN post_code || '|' || lower(address) ELSE '' END)
        ) AS told (kind, words)
        WHERE words <> '' AND (kind <> 2 OR length(words) > 4)
    ),
    pair AS (
        SELECT mine.search_name, mine.type,
               mine.id AS left_id, mine.no AS left_no,
               theirs.id AS right_id, theirs.no AS right_no,
               bit_or(mine.kind) AS kinds
        FROM said AS mine
        JOIN said AS theirs USING (search_name, type, kind, words)
        WHERE mine.no < theirs.no
        GROUP BY mine.search_name, mine.type, mine.id, mine.no, theirs.id, theirs.no
    ),
    scored AS (
        SELECT *, :name_points
               + CASE WHEN kinds & 1 > 0 THEN :email_points ELSE 0 END
               + CASE WHEN kinds & 2 > 0 THEN :phone_points ELSE 0 END
               + CASE WHEN kinds & 4 > 0 THEN :address_points ELSE 0 END AS score
        FROM pair
        WHERE search_name ~>~ :name
           OR (:left_no <> '' AND (left_no, right_no) > (:left_no, :right_no))
           OR :name = ''
    )
    SELECT mine.no, mine.name, mine.city, mine.email,
           theirs.no, theirs.name, theirs.city, theirs.email,
           shown.type, shown.score,
           shown.kinds & 1 > 0, shown.kinds & 2 > 0, shown.kinds & 4 > 0,
           shown.search_name
    FROM (
        SELECT * FROM scored WHERE score >= :least
        ORDER BY search_name USING ~<~, left_no, right_no
        LIMIT :limit
    ) AS shown
    JOIN contact AS mine ON mine.id = shown.left_id
    JOIN contact AS theirs ON theirs.id = shown.right_id
    ORDER BY shown.search_name USING ~<~, left_no, right_no
""")


def likely_pairs(
    session: Session,
    *,
    after: Place | None = None,
    least: int = LEAST,
    limit: int = 50,
    looked_at: int = LOOKED_AT,
) -> Found:
    """Pairs of at least this score, in the order of their names.

    Looks through `looked_at` contacts; where that is not all, `next` goes on behind
    them, also when no pair was found.
    """
    place = after or Place()
    end = session.scalar(_END, {"name": place.name, "looked_at": looked_at})
    rows = session.execute(
        _PAIRS,
        {
            **place._asdict(),
            "up_to": "\U0010ffff" if end is None else end,
            "least": least,
            "limit": limit + 1,
            "name_points": SAME_NAME,
            "email_points": SAME_EMAIL,
            "phone_points": SAME_PHONE,
            "address_points": SAME_ADDRESS,
        },
    )
    pairs = [LikelyPair(*row) for row in rows]
    if len(pairs) > limit:
        last = pairs[limit - 1]
        following = Place(last.search_name, last.left_no, last.right_no)
        return Found(pairs[:limit], following, last.search_name)
    return Found(pairs, None if end is None else Place(end), end or "")
