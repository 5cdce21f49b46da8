"""What merging two contacts would do, before anybody does it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Session

from core.contacts import queries
from core.contacts.fields import CAPTIONS
from core.contacts.merge.addresses import AddressPlan, address_plan
from core.contacts.merge.moves import OF_COMPANY, OF_PERSON, Move
from core.contacts.merge.pair import Pair
from core.contacts.models import Contact
from core.contacts.statistics import (
    ContactStatistics,
    statistics_of,
    statistics_of_merged,
)
from core.vocabulary import ContactType

CHOOSABLE = tuple(
    name
    for name in CAPTIONS
    # Number and type are given; parts go with the name; flags are joined, so that
    # no merge takes a protection away; an address has its own code.
    if name
    not in {
        *("no", "type", "company_name", "code"),
        *("first_name", "middle_name", "surname"),
        *("exclude_from_segment", "privacy_blocked"),
        *("minor", "parental_consent_received"),
    }
)
"""Fields of which either contact's value can be kept."""


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    kept: object
    other: object


@dataclass(frozen=True, slots=True)
class Moved:
    name: str
    moved: int
    left: int
    "There already, or staying with the company it was said for."


@dataclass(frozen=True, slots=True)
class MergePreview:
    pair: Pair
    differences: Sequence[Difference]
    moves: Sequence[Moved]
    addresses: AddressPlan
    segments_twice: Sequence[str]
    "The first segments that will have the contact on two lines."
    kept_before: ContactStatistics
    other_before: ContactStatistics
    after: ContactStatistics
    stay_behind: int
    "Interactions of the kept contact that stay with the company it leaves."


_SEGMENTS_TWICE = text("""
    SELECT segment.no
    FROM segment_line AS line
    JOIN segment ON segment.id = line.segment_id
    WHERE line.contact_id IN (:kept, :other)
      AND line.added_by <= segment.head
      AND (line.removed_by IS NULL OR line.removed_by > segment.head)
    GROUP BY segment.no
    HAVING count(DISTINCT line.contact_id) = 2
    ORDER BY segment.no
    LIMIT 11
""")


# Whoever comes to another company leaves what was said for the old one (CONT-033).
_STAY_BEHIND = text("""
    SELECT count(*) FROM interaction_log_entry
    WHERE contact_id = :kept AND contact_company_id IS DISTINCT FROM :company
      AND contact_company_id IS NOT NULL
""").bindparams(bindparam("company", type_=BIGINT))


def merge_preview(
    session: Session, pair: Pair, take: Collection[str] = ()
) -> MergePreview:
    """What the merge that takes these fields would do."""
    kept, other = pair
    company_id = _company_after(pair, take)
    return MergePreview(
        pair=pair,
        differences=differences_of(session, pair),
        moves=_counted(session, pair, company_id),
        addresses=address_plan(session, pair),
        segments_twice=session.scalars(
            _SEGMENTS_TWICE, {"kept": kept.id, "other": other.id}
        ).all(),
        kept_before=statistics_of(session, kept),
        other_before=statistics_of(session, other),
        after=statistics_of_merged(session, kept, other, company_id),
        stay_behind=session.scalars(
            _STAY_BEHIND, {"kept": kept.id, "company": company_id}
        ).one(),
    )


def _company_after(pair: Pair, take: Collection[str]) -> int | None:
    kept, other = pair
    is_taken = kept.type == ContactType.PERSON and "company_no" in take
    return other.company_id if is_taken else kept.company_id


def differences_of(session: Session, pair: Pair) -> list[Difference]:
    """Fields in which they differ and of which either value can be kept."""
    mine, theirs = (choosable_values(session, contact) for contact in pair)
    return [
        Difference(field, mine[field], theirs[field])
        for field in mine
        if mine[field] != theirs[field]
    ]


def choosable_values(session: Session, contact: Contact) -> dict[str, object]:
    company = queries.company_of(session, contact)
    values = {
        name: getattr(contact, name) for name in CHOOSABLE if name != "company_no"
    }
    if contact.type == ContactType.PERSON:
        return {"company_no": company.no if company else "", **values}
    return values


def moves_of(pair: Pair) -> tuple[Move, ...]:
    return OF_COMPANY if pair.kept.type == ContactType.COMPANY else OF_PERSON


def parameters_of(pair: Pair, company_id: int | None) -> Mapping[str, object]:
    """What the statements of a move are asked with, where this is the company that the
    kept contact has by then."""
    kept, other = pair
    return {
        "kept": kept.id,
        "other": other.id,
        "kept_no": kept.no,
        "other_no": other.no,
        "company": company_id,
    }


def _counted(session: Session, pair: Pair, company_id: int | None) -> list[Moved]:
    """All counts in one statement, however many kinds of rows there are."""
    moves = moves_of(pair)
    columns = ", ".join(f"({move.moved}), ({move.left})" for move in moves)
    statement = text(f"SELECT {columns}")
    used = {
        name: value
        for name, value in parameters_of(pair, company_id).items()
        if name in statement.compile().params
    }
    if "company" in used:
        statement = statement.bindparams(bindparam("company", type_=BIGINT))
    counts = session.execute(statement, used).one()
    return [
        Moved(move.name, counts[2 * place], counts[2 * place + 1])
        for place, move in enumerate(moves)
    ]
