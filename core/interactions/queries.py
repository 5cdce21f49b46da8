"""What pages and the API read of logged segments and interaction log entries."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.campaigns.models import CampaignEntry
from core.contacts.models import Contact
from core.errors import NotFoundError
from core.interactions.models import (
    Delivery,
    InteractionLogEntry,
    InteractionLogEntryComment,
    LoggedSegment,
)
from core.vocabulary import ContactType, DeliveryState, DeliveryStatus

Company = aliased(Contact, name="contact_company")


_STATUS = {
    DeliveryState.OWED: DeliveryStatus.IN_PROGRESS,
    DeliveryState.SENDING: DeliveryStatus.IN_PROGRESS,
    DeliveryState.FAILED: DeliveryStatus.ERROR,
    DeliveryState.IN_DOUBT: DeliveryStatus.ERROR,
}


def delivery_status() -> ColumnElement[int]:
    """What an entry shows of its delivery (ENUM-005, DLV-016)."""
    shown = {int(state): int(status) for state, status in _STATUS.items()}
    return case(shown, value=Delivery.state, else_=int(DeliveryStatus.BLANK))


def has_comment() -> ColumnElement[bool]:
    """Of an interaction log entry."""
    return exists().where(
        InteractionLogEntryComment.entry_no == InteractionLogEntry.entry_no
    )


def has_delivery_state(states: Collection[int]) -> ColumnElement[bool]:
    """Of `entry_rows`: what became of its e-mail is one of these, blank where none was
    to be sent.

    Plan (a million deliveries): of a state that few are in these are found first, by
    one pass over the deliveries; else the entries are walked in their order.
    """
    known = [state for state in states if state != DeliveryState.BLANK]
    # Never unknown, so that it can be turned round.
    is_one = and_(Delivery.state.is_not(None), Delivery.state.in_(known))
    has_none = Delivery.state.is_(None)
    return is_one if len(known) == len(states) else or_(is_one, has_none)


def has_delivery_status(statuses: Collection[int]) -> ColumnElement[bool]:
    """The same by the status that the entry shows."""
    states = [state for state in DeliveryState if _shown_as(state) in statuses]
    return has_delivery_state(states)


def _shown_as(state: DeliveryState) -> DeliveryStatus:
    return _STATUS.get(state, DeliveryStatus.BLANK)


def entry_rows(*, postponed: bool = False) -> Select[Any]:
    """Rows of InteractionLogEntry with the names of its contact and company: those that
    were logged (INT-001), or the postponed ones (INT-002). Page it by
    InteractionLogEntry.entry_no.

    The company's name shows only where the company is still one.
    """
    is_company = Company.type == int(ContactType.COMPANY)
    return (
        select(
            InteractionLogEntry,
            func.coalesce(Contact.no, "").label("contact_no"),
            func.coalesce(Contact.name, "").label("contact_name"),
            func.coalesce(Company.no, "").label("contact_company_no"),
            case((is_company, Company.name), else_="").label("contact_company_name"),
            func.coalesce(Delivery.state, 0).label("delivery_state"),
            delivery_status().label("delivery_status"),
            has_comment().label("comment"),
        )
        .outerjoin(Contact, Contact.id == InteractionLogEntry.contact_id)
        .outerjoin(Company, Company.id == InteractionLogEntry.contact_company_id)
        .outerjoin(Delivery, Delivery.entry_no == InteractionLogEntry.entry_no)
        .where(InteractionLogEntry.postponed.is_(postponed))
    )


def entry_row(session: Session, entry_no: int, *, postponed: bool = False) -> Any:  # noqa: ANN401  (a row)
    """One row of `entry_rows`. Raise NotFoundError."""
    row = session.execute(
        entry_rows(postponed=postponed).where(InteractionLogEntry.entry_no == entry_no)
    ).one_or_none()
    if row is None:
        noun = "postponed interaction" if postponed else "interaction log entry"
        raise NotFoundError("E-NOT-FOUND", f"There is no {noun} {entry_no}.")
    return row


def logged_segment_rows() -> Select[Any]:
    """Rows of LoggedSegment with its campaign entries, of the same canceled flag
    (LSEG-005). Page it by LoggedSegment.entry_no."""
    campaign_entries = (
        select(func.count())
        .select_from(CampaignEntry)
        .where(
            CampaignEntry.logged_segment_entry_no == LoggedSegment.entry_no,
            CampaignEntry.canceled == LoggedSegment.canceled,
        )
        .correlate(LoggedSegment)
        .scalar_subquery()
    )
    return select(LoggedSegment, campaign_entries.label("no_of_campaign_entries"))


def logged_segment_row(session: Session, entry_no: int) -> Any:  # noqa: ANN401  (a row)
    """One row of `logged_segment_rows`. Raise NotFoundError."""
    row = session.execute(
        logged_segment_rows().where(LoggedSegment.entry_no == entry_no)
    ).one_or_none()
    if row is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no logged segment {entry_no}.")
    return row
