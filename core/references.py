"""Codes that point at other records. The bulk tables carry no foreign keys, so whoever
stores or deletes a code asks here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Column, exists, select
from sqlalchemy.orm import Session

from core.base import Base
from core.errors import ConflictError, FaultList


class Target(NamedTuple):
    noun: str
    table: str
    key: str = "code"
    is_kept: bool = True
    "From being deleted, by whoever gives its key to something."


class Use(NamedTuple):
    """A column that may carry a code, and what its rows are to a person."""

    table: str
    column: str
    nouns: str


BUSINESS_RELATION = Target("business relation", "business_relation")
# Whoever deletes a campaign looks at entries only, not at open segments or templates
# (GUARD-004), so for them there is nothing to keep. And a change of a segment may wait
# for the job that activates a campaign: who deletes another one need not wait as well.
CAMPAIGN = Target("campaign", "campaign", "no", is_kept=False)
CAMPAIGN_STATUS = Target("campaign status", "campaign_status")
INTERACTION_GROUP = Target("interaction group", "interaction_group")
INTERACTION_TEMPLATE = Target("interaction template", "interaction_template")
LANGUAGE = Target("language", "language")
NUMBER_SERIES = Target("number series", "number_series")
SALESPERSON = Target("salesperson", "salesperson")
SALUTATION = Target("salutation", "salutation")
TERRITORY = Target("territory", "territory")


def find_unknown_codes(
    session: Session,
    faults: FaultList,
    changes: Mapping[str, object],
    targets: Mapping[str, Target],
) -> None:
    """Add E-UNKNOWN-CODE for every given code that names no record. The others are kept
    from being deleted until the transaction ends."""
    for field, target in targets.items():
        code = changes.get(field)
        if code and not _is_kept(session, target, code):
            faults.add(
                field, "E-UNKNOWN-CODE", f"There is no {target.noun} {code} ({field})."
            )


def find_blocked_salesperson(
    session: Session, faults: FaultList, field: str, code: object, was: object = ""
) -> None:
    """Add E-BLOCKED where a new choice must be an active salesperson (SLS-001); whom the
    record has already, it may keep."""
    if code == was:
        return
    salesperson = Base.metadata.tables["salesperson"]
    blocked = select(salesperson.c.blocked | salesperson.c.privacy_blocked).where(
        salesperson.c.code == code
    )
    if code and session.scalar(blocked):
        faults.add(field, "E-BLOCKED", f"Salesperson {code} is blocked ({field}).")


def refuse_if_used(session: Session, noun: str, code: str, uses: Sequence[Use]) -> None:
    """Raise E-IN-USE naming the first kind of record that still carries the code."""
    for use in uses:
        if _is_there(session, use.table, use.column, code):
            raise ConflictError(
                "E-IN-USE",
                f"{noun} {code} cannot be deleted: {use.nouns} still refer to it.",
            )


def _is_kept(session: Session, target: Target, code: object) -> bool:
    key: Column[object] = Base.metadata.tables[target.table].c[target.key]
    found = select(key).where(key == code)
    if target.is_kept:
        found = found.with_for_update(read=True, key_share=True)
    return session.scalar(found) is not None


def _is_there(session: Session, table: str, column: str, code: object) -> bool:
    found: Column[object] = Base.metadata.tables[table].c[column]
    return bool(session.scalar(select(exists().where(found == code))))
