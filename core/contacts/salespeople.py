"""Salespeople: who stands behind contacts, campaigns and interactions (SLS-*)."""

from collections.abc import Mapping
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.field_rules import email_trouble
from core.contacts.models import Salesperson
from core.errors import FaultList, RefusedError
from core.records import add_record, apply_changes, lock_to_delete
from core.references import Use, refuse_if_used
from core.setup.models import MarketingSetup

NOUN = "salesperson"

# Open segments do not block: their log finds the gap and names it (GUARD-004).
USES = (
    Use("interaction_log_entry", "salesperson_code", "interaction log entries"),
    Use("campaign_entry", "salesperson_code", "campaign entries"),
    # Whose salesperson is gone can make no segment (E-SALES-DEFAULT).
    Use("app_user", "salesperson_code", "users"),
    Use("marketing_setup", "default_salesperson_code", "defaults in Marketing Setup"),
)

BLOCKED_FOR_PRIVACY = select(Salesperson.code).where(Salesperson.privacy_blocked)


class SalespersonChanges(TypedDict, total=False):
    code: str
    name: str
    job_title: str
    email: str
    phone_no: str
    blocked: bool
    privacy_blocked: bool


def add_salesperson(session: Session, draft: SalespersonChanges) -> Salesperson:
    _check(draft)
    salesperson = Salesperson(**draft)
    add_record(session, salesperson, NOUN, "code")
    return salesperson


def change_salesperson(salesperson: Salesperson, changes: SalespersonChanges) -> None:
    _check(changes)
    apply_changes(salesperson, changes)


def delete_salesperson(session: Session, code: str) -> None:
    """Raises ConflictError E-IN-USE (SLS-002)."""
    salesperson = lock_to_delete(session, Salesperson, code, NOUN)
    refuse_if_used(session, "Salesperson", code, USES)
    session.delete(salesperson)


def default_salesperson(session: Session, actor: Actor) -> str:
    """The user's own salesperson, or blank (SLS-004).

    Raises RefusedError E-SALES-DEFAULT when that one is unknown or blocked, for privacy
    or otherwise.
    """
    code = actor.salesperson_code
    is_blocked = select(Salesperson.blocked | Salesperson.privacy_blocked)
    # Unknown is None.
    if code and session.scalar(is_blocked.where(Salesperson.code == code)) is not False:
        raise RefusedError(
            "E-SALES-DEFAULT",
            f"Your own salesperson {code} does not exist or is blocked. "
            "Ask an administrator to correct your user.",
        )
    return code


def salesperson_of_new_contacts(
    session: Session, actor: Actor, setup: MarketingSetup
) -> str:
    """The user's own salesperson, else the default of Marketing Setup, else blank
    (CONT-015). Whoever is blocked for privacy takes no contact, chosen or not; nobody
    chose these, so they are passed over. Others that are blocked are given (SLS-001).
    """
    codes = (actor.salesperson_code, setup.default_salesperson_code)
    may_take = (
        code for code in codes if code and not is_blocked_for_privacy(session, code)
    )
    return next(may_take, "")


def is_blocked_for_privacy(session: Session, code: object) -> bool:
    found = BLOCKED_FOR_PRIVACY.where(Salesperson.code == code)
    return session.scalar(found) is not None


def _check(changes: Mapping[str, object]) -> None:
    faults = FaultList()
    email = changes.get("email")
    trouble = email_trouble("E-Mail", [str(email)]) if email else None
    if trouble:
        faults.add("email", "E-FIELD", trouble)
    faults.refuse_if_any()
