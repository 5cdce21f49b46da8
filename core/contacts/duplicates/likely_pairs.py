"""Pairs of contacts that are likely one and the same, in one list.

Namesakes are of one type and one search name, which is the name in capitals while nobody
chose another, and share an address, a phone number or an e-mail address; they are found
when they are asked for. Companies that look alike were found by the latest job that
compared all of them, and are asked again whether they still do. Who said that they are
separate contacts is not asked about them any more.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.contacts.duplicates.find_duplicates import MOST_ALIKE
from core.contacts.duplicates.search_strings import hits_needed, search_strings
from core.impatient import in_time, was_ended
from core.setup.queries import marketing_setup

SAME_NAME, SAME_EMAIL, SAME_PHONE, SAME_ADDRESS = 50, 25, 15, 10
"""What each agreement adds to a pair's score; all of them make 100. A name alone makes
no pair, so the least is 60; companies that look alike begin at the setup's own least."""

LOOKED_AT = 100_000
"""Contacts one page looks through at most, so that it answers whatever there is."""

PATIENCE_SECONDS = 3.0
SHORTER = 20
"""Where there are so many pairs that the page takes longer, it looks through one in
twenty of these contacts, and then through one in twenty of those."""


class Place(NamedTuple):
    """Where a page begins: behind this pair, or behind all pairs of the name."""

    name: str = ""
    left_no: str = ""
    right_no: str = ""


class LikelyPair(NamedTuple):
    """Two contacts, the one with the smaller number left."""

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
    "Of 100: the points of namesakes, or how many of their search strings agree."
    same_name: bool
    same_email: bool
    same_phone: bool
    same_address: bool
    search_strings: Sequence[str]
    "The codes of those in which two companies agree."
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
# never by comparing each with each; what more namesakes say than a job compares is
# passed over here too, or the fifty thousand called UNKNOWN would be a thousand million
# pairs. Of companies that look alike only those of the stretch are read, and only the
# pairs that are shown are asked for their search strings: in order first, then one by
# one (LATERAL).
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
    told AS (
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
    said AS (
        SELECT *, count(*) OVER (PARTITION BY search_name, type, kind, words) AS alike
        FROM told
    ),
    pair AS (
        SELECT mine.search_name, mine.type,
               mine.id AS left_id, mine.no AS left_no,
               theirs.id AS right_id, theirs.no AS right_no,
               bit_or(mine.kind) AS kinds
        FROM said AS mine
        JOIN said AS theirs USING (search_name, type, kind, words)
        WHERE mine.no < theirs.no AND mine.alike <= :most_alike
        GROUP BY mine.search_name, mine.type, mine.id, mine.no, theirs.id, theirs.no
    ),
    scored AS (
        SELECT *, :name_points
               + CASE WHEN kinds & 1 > 0 THEN :email_points ELSE 0 END
               + CASE WHEN kinds & 2 > 0 THEN :phone_points ELSE 0 END
               + CASE WHEN kinds & 4 > 0 THEN :address_points ELSE 0 END AS score
        FROM pair
    ),
    found AS (
        SELECT search_name, left_id, left_no, right_id, right_no, score
        FROM scored WHERE score >= :least
        UNION ALL
        SELECT one.search_name, one.id, one.no, two.id, two.no, 0
        FROM (
            SELECT id, no, search_name FROM contact
            WHERE search_name ~>=~ :name AND search_name ~<=~ :up_to AND type = 0
        ) AS one
        JOIN (
            SELECT contact_id AS id, other_id FROM likely_duplicate
            UNION ALL
            SELECT other_id, contact_id FROM likely_duplicate
        ) AS likely USING (id)
        JOIN contact AS two ON two.id = likely.other_id AND two.type = 0
        WHERE one.no < two.no
    ),
    listed AS (
        SELECT search_name, left_id, left_no, right_id, right_no, max(score) AS score
        FROM found
        WHERE search_name ~<=~ :up_to
          AND (search_name ~>~ :name
            OR (:left_no <> '' OR :name = '') AND search_name = :name
               AND (left_no, right_no) > (:left_no, :right_no))
          AND NOT EXISTS (
            SELECT FROM separate_contacts AS apart
            WHERE apart.contact_id = least(left_id, right_id)
              AND apart.other_id = greatest(left_id, right_id))
        GROUP BY search_name, left_id, left_no, right_id, right_no
        ORDER BY search_name USING ~<~, left_no, right_no
        OFFSET 0
    )
    SELECT mine.no, mine.name, mine.city, mine.email,
           theirs.no, theirs.name, theirs.city, theirs.email,
           mine.type,
           greatest(listed.score, 100 * cardinality(agreed.codes)
                                  / greatest(:strings, 1)) AS score,
           mine.search_name = theirs.search_name AND mine.search_name <> '',
           lower(mine.email) = lower(theirs.email) AND mine.email <> '',
           EXISTS (
               SELECT FROM (VALUES (mine.phone_no), (mine.mobile_phone_no)) AS a (said),
                    (VALUES (theirs.phone_no), (theirs.mobile_phone_no)) AS b (said)
               WHERE regexp_replace(a.said, '[^0-9]', '', 'g')
                   = regexp_replace(b.said, '[^0-9]', '', 'g')
                 AND length(regexp_replace(a.said, '[^0-9]', '', 'g')) > 4),
           mine.post_code = theirs.post_code AND mine.post_code <> ''
           AND lower(mine.address) = lower(theirs.address) AND mine.address <> '',
           agreed.codes,
           listed.search_name
    FROM listed
    JOIN contact AS mine ON mine.id = listed.left_id
    JOIN contact AS theirs ON theirs.id = listed.right_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(code ORDER BY string.field, string.part), '{}')
        FROM duplicate_search_string AS string
        JOIN (VALUES (1, mine.name, theirs.name), (2, mine.name_2, theirs.name_2),
                     (3, mine.address, theirs.address),
                     (4, mine.address_2, theirs.address_2),
                     (5, mine.city, theirs.city), (6, mine.post_code, theirs.post_code),
                     (7, mine.phone_no, theirs.phone_no),
                     (8, mine.mobile_phone_no, theirs.mobile_phone_no),
                     (9, mine.email, theirs.email),
                     (10, mine.home_page, theirs.home_page)
             ) AS said (field, mine, theirs) ON said.field = string.field
        CROSS JOIN LATERAL (
            SELECT search_words(said.mine) AS mine, search_words(said.theirs) AS theirs
            OFFSET 0
        ) AS words
        WHERE words.mine <> '' AND mine.type = 0
          AND CASE WHEN part = 0
                   THEN left(words.mine, length) = left(words.theirs, length)
                   ELSE right(words.mine, length) = right(words.theirs, length) END
    ) AS agreed (codes)
    WHERE listed.score >= greatest(:least, 1)
       OR cardinality(agreed.codes) >= :needed
          AND 100 * cardinality(agreed.codes) / greatest(:strings, 1) >= :least
    ORDER BY listed.search_name USING ~<~, left_no, right_no
    LIMIT :limit
""")


def likely_pairs(
    session: Session,
    *,
    after: Place | None = None,
    least: int = 0,
    limit: int = 50,
    looked_at: int = LOOKED_AT,
) -> Found:
    """Pairs of at least this score, in the order of their names.

    Looks through `looked_at` contacts, fewer where that takes longer than somebody waits;
    where that is not all, `next` goes on behind them, also when no pair was found.
    """
    for number in (looked_at, looked_at // SHORTER):
        found = _found_in_time(session, after or Place(), least, limit, number)
        if found is not None:
            return found
    return _found(session, after or Place(), least, limit, looked_at // SHORTER**2)


def _found_in_time(
    session: Session, place: Place, least: int, limit: int, looked_at: int
) -> Found | None:
    try:
        with in_time(session, PATIENCE_SECONDS):
            return _found(session, place, least, limit, looked_at)
    except DBAPIError as error:
        if was_ended(error):
            return None
        raise


def _found(
    session: Session, place: Place, least: int, limit: int, looked_at: int
) -> Found:
    strings = len(search_strings(session))
    percent = marketing_setup(session).search_hit_percent
    end = session.scalar(_END, {"name": place.name, "looked_at": looked_at})
    rows = session.execute(
        _PAIRS,
        {
            **place._asdict(),
            "up_to": "\U0010ffff" if end is None else end,
            "least": least,
            "most_alike": MOST_ALIKE,
            "strings": strings,
            "needed": max(1, hits_needed(strings, percent)),
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
