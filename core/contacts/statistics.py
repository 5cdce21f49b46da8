"""What a contact's log entries add up to (STAT-001…STAT-005)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.vocabulary import ContactType


class ContactStatistics(NamedTuple):
    next_task_date: date | None
    "There are no tasks yet, so there is never a next one."
    last_date_attempted: date | None
    date_of_last_interaction: date | None
    no_of_interactions: int
    cost: Decimal
    duration: Decimal


# Written out because log entries belong to the package above this one. The two
# dates count canceled entries, the sums do not; postponed entries count nowhere.
_STATISTICS = """
    SELECT
        NULL::date,
        max(date) FILTER (WHERE initiated_by = 1),
        max(date) FILTER (WHERE NOT attempt_failed),
        count(*) FILTER (WHERE NOT canceled),
        coalesce(sum(cost) FILTER (WHERE NOT canceled), 0),
        coalesce(sum(duration) FILTER (WHERE NOT canceled), 0)
    FROM interaction_log_entry
    WHERE NOT postponed AND {scope}
"""
_OF_COMPANY = text(_STATISTICS.format(scope="contact_company_id = :company_id"))
_OF_PERSON = text(
    _STATISTICS.format(
        scope="contact_id = :contact_id"
        " AND contact_company_id IS NOT DISTINCT FROM :company_id"
    )
)

# As after a merge: of a person what the other was told for the kept one's company,
# or for none, is counted as well.
_OF_COMPANIES = text(
    _STATISTICS.format(scope="contact_company_id IN (:contact_id, :other_id)")
)
_OF_PEOPLE = text(
    _STATISTICS.format(
        scope="(contact_id = :contact_id"
        " AND contact_company_id IS NOT DISTINCT FROM :company_id"
        " OR contact_id = :other_id"
        " AND (contact_company_id IS NULL OR contact_company_id = :company_id))"
    )
)


def statistics_of(session: Session, contact: Contact) -> ContactStatistics:
    """A company's figures include those of all its people (STAT-005)."""
    statement = _OF_COMPANY if contact.type == ContactType.COMPANY else _OF_PERSON
    row = session.execute(
        statement, {"contact_id": contact.id, "company_id": contact.company_id}
    ).one()
    return ContactStatistics(*row)


def statistics_of_merged(
    session: Session, kept: Contact, other: Contact
) -> ContactStatistics:
    """What `kept` will add up to when `other` is merged into it."""
    is_company = kept.type == ContactType.COMPANY
    values: dict[str, int | None] = {"contact_id": kept.id, "other_id": other.id}
    if not is_company:
        values["company_id"] = kept.company_id
    statement = _OF_COMPANIES if is_company else _OF_PEOPLE
    return ContactStatistics(*session.execute(statement, values).one())
