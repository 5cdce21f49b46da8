"""The two contacts of a merge, and when they cannot become one."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from core.contacts import queries
from core.contacts.guard import lock_contacts
from core.contacts.models import Contact
from core.errors import ConflictError, Fault, RefusedError
from core.vocabulary import ContactType


class Pair(NamedTuple):
    kept: Contact
    other: Contact
    "Becomes part of the kept one, and its number leads there afterwards."


_FROZEN_WITH = text("""
    SELECT DISTINCT segment.no
    FROM segment_line
    JOIN segment ON segment.id = segment_line.segment_id
    WHERE segment_line.contact_id = ANY(:contact_ids)
      AND segment.frozen_by_job_id IS NOT NULL
    ORDER BY segment.no
    LIMIT 1
""").bindparams(bindparam("contact_ids", type_=ARRAY(BIGINT)))

# Both carry a number of the same table of the books, or one code with two numbers.
_RIVAL_RELATION = text("""
    SELECT mine.no, theirs.no
    FROM contact_business_relation AS mine
    JOIN contact_business_relation AS theirs
      ON theirs.link_to_table = mine.link_to_table OR theirs.code = mine.code
    WHERE mine.contact_id = :kept AND theirs.contact_id = :other
      AND mine.link_to_table <> 0 AND theirs.link_to_table <> 0
    LIMIT 1
""")


def pair_found(session: Session, no: str, other_no: str) -> Pair:
    """The contacts as they are. Raise NotFoundError, RefusedError, ConflictError."""
    kept = queries.contact_found(session, no)
    pair = Pair(kept, _other_found(session, other_no))
    _refuse_unlike(pair)
    _refuse_rivals(session, pair)
    return pair


def locked_pair(session: Session, no: str, other_no: str) -> Pair:
    """The same, locked, with bulk work kept out until the transaction ends.

    Refused while a job has frozen a segment with one of them. That is asked before
    the lock as well: nobody should wait minutes for a log only to be refused.
    """
    refuse_frozen(session, pair_found(session, no, other_no))
    lock_contacts(session)
    # In the order of ids, so that two merges of the same pair do not wait for ever.
    session.execute(
        select(Contact.id)
        .where(Contact.no.in_([no.upper(), other_no.upper()]))
        .order_by(Contact.id)
        .with_for_update()
    )
    session.expire_all()
    pair = pair_found(session, no, other_no)
    refuse_frozen(session, pair)
    return pair


def refuse_frozen(session: Session, pair: Pair) -> None:
    frozen = session.scalar(
        _FROZEN_WITH, {"contact_ids": [contact.id for contact in pair]}
    )
    if frozen is not None:
        raise ConflictError(
            "E-FROZEN",
            f"A job is working on segment {frozen}, which one of the contacts is in. "
            "Merge them when it has ended.",
            links={"segment": frozen},
        )


def _other_found(session: Session, other_no: str) -> Contact:
    other = queries.contact_by_no(session, other_no)
    if other is None:
        raise _refused(f"There is no contact {other_no}.", "E-UNKNOWN-CODE")
    return other


def _refuse_unlike(pair: Pair) -> None:
    kept, other = pair
    if kept.id == other.id:
        raise _refused(f"Contact {kept.no} cannot be merged with itself.")
    if kept.id == other.company_id or other.id == kept.company_id:
        raise _refused(
            f"{kept.no} and {other.no} are a company and one of its people, "
            "which cannot be the same contact."
        )
    if kept.type != other.type:
        words = {ContactType.COMPANY: "a company", ContactType.PERSON: "a person"}
        raise _refused(
            f"{kept.no} is {words[ContactType(kept.type)]} and {other.no} is "
            f"{words[ContactType(other.type)]}; only contacts of one type are merged."
        )


def _refuse_rivals(session: Session, pair: Pair) -> None:
    """A contact has one number of each table of the books (CONT-054)."""
    kept, other = pair
    rivals = session.execute(
        _RIVAL_RELATION, {"kept": kept.id, "other": other.id}
    ).one_or_none()
    if rivals is not None:
        raise ConflictError(
            "E-IN-USE",
            f"{kept.no} and {other.no} are linked to different numbers of the books, "
            f"{rivals[0]} and {rivals[1]}. Remove one of the business relations first.",
        )


def _refused(detail: str, code: str = "E-FIELD") -> RefusedError:
    return RefusedError(code, detail, faults=(Fault(code, detail, "other_no"),))
