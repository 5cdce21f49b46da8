"""What a contact's log entries add up to (STAT-001…STAT-005)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from core.contacts.models import Contact
from core.vocabulary import ContactType


class Days(NamedTuple):
    """Both belong to it; None leaves that side open."""

    first: date | None = None
    last: date | None = None


EVER = Days()


class ContactStatistics(NamedTuple):
    next_task_date: date | None
    "There are no tasks yet, so there is never a next one."
    last_date_attempted: date | None
    date_of_last_interaction: date | None
    no_of_interactions: int
    cost: Decimal
    duration: Decimal


# Written out because log entries belong to the package above this one. The two
# dates count canceled entries and those of all days, the sums do not; postponed
# entries count nowhere.
_STATISTICS = """
    SELECT
        NULL::date,
        max(date) FILTER (WHERE initiated_by = 1),
        max(date) FILTER (WHERE NOT attempt_failed),
        count(*) FILTER (WHERE {counted}),
        coalesce(sum(cost) FILTER (WHERE {counted}), 0),
        coalesce(sum(duration) FILTER (WHERE {counted}), 0)
    FROM interaction_log_entry
    WHERE NOT postponed AND {scope}
"""
_COUNTED = """NOT canceled AND date >= coalesce(:first, '-infinity'::date)
    AND date <= coalesce(:last, 'infinity'::date)"""


def _within(scope: str) -> TextClause:
    return text(_STATISTICS.format(counted=_COUNTED, scope=scope)).bindparams(
        bindparam("first", type_=Date), bindparam("last", type_=Date)
    )


_OF_COMPANY = _within("contact_company_id = :company_id")
_OF_PERSON = _within(
    "contact_id = :contact_id AND contact_company_id IS NOT DISTINCT FROM :company_id"
)

# As after a merge: what two people were told for the company that they will have, or
# for none. The rest stays with the companies it was said for (CONT-033).
_OF_COMPANIES = _within("contact_company_id IN (:contact_id, :other_id)")
_OF_PEOPLE = _within(
    "contact_id IN (:contact_id, :other_id)"
    " AND (contact_company_id IS NULL OR contact_company_id = :company_id)"
)


def statistics_of(
    session: Session, contact: Contact, days: Days = EVER
) -> ContactStatistics:
    """A company's figures include those of all its people (STAT-005). Only number,
    cost and duration are those of the days that are asked for."""
    statement = _OF_COMPANY if contact.type == ContactType.COMPANY else _OF_PERSON
    row = session.execute(
        statement,
        {
            "contact_id": contact.id,
            "company_id": contact.company_id,
            **days._asdict(),
        },
    ).one()
    return ContactStatistics(*row)


def statistics_of_merged(
    session: Session, kept: Contact, other: Contact, company_id: int | None
) -> ContactStatistics:
    """What `kept` will add up to when `other` is merged into it, and `company_id` is
    its company."""
    is_company = kept.type == ContactType.COMPANY
    values = {"contact_id": kept.id, "other_id": other.id, **EVER._asdict()}
    if not is_company:
        values["company_id"] = company_id
    statement = _OF_COMPANIES if is_company else _OF_PEOPLE
    return ContactStatistics(*session.execute(statement, values).one())
