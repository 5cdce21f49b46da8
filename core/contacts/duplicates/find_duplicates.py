"""Every two companies that look like each other, found by a job (CONT-058).

To compare each with each would take 30 thousand million looks for 250 000 companies.
Instead every company is described by the strings it shares with the fewest others. Put
the strings of all companies in one order, those of few first. Two companies that agree
in T strings, of which one has K: counted from the end of its K, the first of the T has
at least T - 1 more behind it, the third T - 3. So the first three of the T are among its
K - T + 3 first, and among those of the other. Whoever has no three of those in common
with anybody is compared with nobody, and cities, dialling codes and endings of names,
which thousands share, are hardly ever among them.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    SmallInteger,
    Text,
    and_,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.duplicates.search_strings import (
    cut,
    field_of,
    hits_needed,
    search_strings,
)
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job, JobState
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.setup.models import DuplicateSearchString
from core.setup.queries import marketing_setup
from core.temporary_tables import temporary_table
from core.vocabulary import ContactType

FIND_DUPLICATES = "find_duplicates"
SUBJECT = "contact-duplicates"

TOGETHER = 3
"""So many shared strings make two companies worth comparing, where as many are needed.
Of 255 000 companies one string left 24 million pairs, two left 8, three left 0.1."""

MOST_ALIKE = 100
"""What more companies than this have in common is no sign that two of them are one."""

MOST_CHOSEN = 100_000_000
"""Choices of TOGETHER strings by which companies are put together in one job; a quarter
of a million companies have up to 21 million of them with the usual setup."""

MOST_COMPARED = 5_000_000
"""Pairs to compare in one job, which takes a minute or two."""

_metadata = MetaData()

pieces = temporary_table(
    "duplicate_pieces",
    _metadata,
    Column("contact_id", BigInteger),
    Column("words", ARRAY(Text)),
)
"The company's piece for each search string, in their order; null where it is blank."

rare = temporary_table(
    "duplicate_rare",
    _metadata,
    Column("contact_id", BigInteger),
    Column("place", SmallInteger),
    Column("key", BigInteger),
)
"What describes a company best: its K - T + TOGETHER strings of the fewest companies."

alike = temporary_table(
    "duplicate_alike", _metadata, Column("contact_ids", ARRAY(BigInteger))
)
"Companies that have the same TOGETHER strings in common."

_RARE = text("""
    WITH told AS (
        SELECT contact_id, place::smallint AS place, hashtextextended(word, place) AS key
        FROM duplicate_pieces, unnest(words) WITH ORDINALITY AS told (word, place)
        WHERE word IS NOT NULL
    ),
    shared AS (SELECT key, count(*) AS companies FROM told GROUP BY key),
    ranked AS (
        SELECT contact_id, place, key, companies,
               row_number() OVER (PARTITION BY contact_id ORDER BY companies, key)
                   AS rank,
               count(*) OVER (PARTITION BY contact_id) AS strings
        FROM told JOIN shared USING (key)
    )
    INSERT INTO duplicate_rare (contact_id, place, key)
    SELECT contact_id, place, key FROM ranked
    WHERE rank <= strings - :needed + :together AND companies > 1
""")

_TO_CHOOSE = text("""
    SELECT coalesce(sum(CASE :together
        WHEN 1 THEN strings
        WHEN 2 THEN strings * (strings - 1) / 2
        ELSE strings * (strings - 1) * (strings - 2) / 6 END), 0)::bigint
    FROM (SELECT count(*) AS strings FROM duplicate_rare GROUP BY contact_id) AS company
""")

_TO_COMPARE = text("""
    SELECT coalesce(sum(n * (n - 1) / 2) FILTER (WHERE n <= :most_alike), 0)::bigint,
           count(*) FILTER (WHERE n > :most_alike)
    FROM (SELECT cardinality(contact_ids)::bigint AS n FROM duplicate_alike) AS size
""")

# Contacts are joined, so that none is named that was deleted meanwhile.
_WRITE = text("""
    WITH worth AS MATERIALIZED (
        SELECT DISTINCT one, two
        FROM duplicate_alike, unnest(contact_ids) AS one, unnest(contact_ids) AS two
        WHERE one < two AND cardinality(contact_ids) <= :most_alike
    )
    INSERT INTO likely_duplicate (contact_id, other_id)
    SELECT one, two
    FROM worth
    JOIN duplicate_pieces AS mine ON mine.contact_id = one
    JOIN duplicate_pieces AS theirs ON theirs.contact_id = two
    JOIN contact AS first ON first.id = one
    JOIN contact AS second ON second.id = two
    WHERE :needed <= (
        SELECT count(*) FROM unnest(mine.words, theirs.words) AS piece (mine, theirs)
        WHERE piece.mine = piece.theirs)
""")


def request_search(session: Session, actor: Actor) -> Job:
    """Promise to compare all companies. Raises ConflictError E-NO-STRINGS,
    E-JOB-RUNNING."""
    if not search_strings(session):
        raise ConflictError(
            "E-NO-STRINGS",
            "There is no duplicate search string, so no two companies can agree in one.",
        )
    return request_job(
        session,
        actor,
        kind=FIND_DUPLICATES,
        title="Find duplicates among all companies",
        subject=SUBJECT,
        arguments={},
        planned=4,
    )


def request_search_again(
    session: Session,
    actor: Actor,
    arguments: Mapping[str, Any],  # noqa: ARG001 - there are none
) -> Job:
    return request_search(session, actor)


def latest_search(session: Session) -> Job | None:
    """The latest one that came to an end."""
    ended = select(Job).where(
        Job.kind == FIND_DUPLICATES, Job.state == JobState.SUCCEEDED
    )
    return session.scalar(ended.order_by(Job.id.desc()).limit(1))


def find_duplicates(run: JobRun) -> Mapping[str, object]:
    """The step of the kind find_duplicates: what was found before is replaced."""
    session = run.session
    strings = search_strings(session)
    percent = marketing_setup(session).search_hit_percent
    needed = max(1, hits_needed(len(strings), percent))  # none without strings
    together = min(TOGETHER, needed)
    run.progress.plan(4)
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    _metadata.create_all(session.connection(), checkfirst=False)

    _begin(run, 0, "reading companies")
    companies = _read_companies(session, strings) if strings else 0
    _begin(run, 1, "counting what they share")
    session.execute(_RARE, {"needed": needed, "together": together})
    _begin(run, 2, "looking for companies alike")
    _refuse_too_many_choices(session, together)
    _group(session, together)
    passed_over = _refuse_too_many(session)
    _begin(run, 3, "comparing them")
    share_contacts(session)
    session.execute(text("DELETE FROM likely_duplicate"))
    limits = {"needed": needed, "most_alike": MOST_ALIKE}
    session.execute(_WRITE, limits)
    pairs = session.scalar(text("SELECT count(*) FROM likely_duplicate"))
    run.progress.done(4)
    return {
        "companies": companies,
        "likely_duplicates": pairs,
        "passed_over": passed_over,
    }


def _begin(run: JobRun, done: int, words: str) -> None:
    run.check()
    run.progress.done(done)
    run.progress.phase(words)


def _read_companies(session: Session, strings: Sequence[DuplicateSearchString]) -> int:
    fields = {field_of(string) for string in strings}
    words = (
        select(
            Contact.id,
            *(func.search_words(getattr(Contact, name)).label(name) for name in fields),
        )
        .where(Contact.type == ContactType.COMPANY)
        # Once for each field, not for each string.
        .cte("words")
        .prefix_with("MATERIALIZED")
    )
    told = (
        func.nullif(cut(string, words.c[field_of(string)]), "") for string in strings
    )
    session.execute(
        insert(pieces).from_select(
            ["contact_id", "words"], select(words.c.id, array(list(told)))
        )
    )
    session.execute(text("ANALYZE duplicate_pieces"))
    return session.scalar(select(func.count()).select_from(pieces)) or 0


def _group(session: Session, together: int) -> None:
    """Companies by each choice of `together` of what describes them."""
    session.execute(text("ANALYZE duplicate_rare"))
    chosen = [rare.alias(f"rare_{number}") for number in range(together)]
    joined: Any = chosen[0]
    for before, after in pairwise(chosen):
        of_company = after.c.contact_id == before.c.contact_id
        joined = joined.join(after, and_(of_company, after.c.place > before.c.place))
    groups = (
        select(func.array_agg(chosen[0].c.contact_id))
        .select_from(joined)
        .group_by(*(one.c.key for one in chosen))
        .having(func.count() > 1)
    )
    session.execute(insert(alike).from_select(["contact_ids"], groups))


def _refuse_too_many_choices(session: Session, together: int) -> None:
    """Asked before they are grouped, which could take hours and fill the disk."""
    choices = session.scalar(_TO_CHOOSE, {"together": together}) or 0
    if choices > MOST_CHOSEN:
        raise _too_alike(
            f"Companies would have to be put together in {choices:,} ways; "
            f"{MOST_CHOSEN:,} are possible.",
            "Ask for a higher search hit % in Marketing Setup, or for fewer duplicate "
            "search strings.",
        )


def _refuse_too_many(session: Session) -> int:
    """How much is passed over because too many have it in common."""
    compared, passed_over = session.execute(
        _TO_COMPARE, {"most_alike": MOST_ALIKE}
    ).one()
    if compared > MOST_COMPARED:
        raise _too_alike(
            f"{compared:,} pairs of companies would have to be compared; "
            f"{MOST_COMPARED:,} are possible.",
            "Ask for a higher search hit % in Marketing Setup, or for longer or more "
            "duplicate search strings.",
        )
    return int(passed_over)


def _too_alike(found: str, what_to_do: str) -> RefusedError:
    return RefusedError("E-TOO-ALIKE", f"{found} {what_to_do}")
