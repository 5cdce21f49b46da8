"""The company that somebody means by its number, its name or a piece of either."""

from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from core.contacts.changes import ContactChanges
from core.contacts.models import Contact
from core.errors import FaultList
from core.vocabulary import ContactType

NAMED = 5
"""So many of several that may be meant are told."""


def with_company_named(
    session: Session, changes: ContactChanges, faults: FaultList
) -> ContactChanges:
    """The changes with the number of the company in the place of its name. A number
    that is given besides decides alone."""
    if "company_name" not in changes:
        return changes
    told = changes.copy()
    text = told.pop("company_name")
    if "company_no" not in told:
        told["company_no"] = _number_of(session, text, faults) if text else ""
    return told


def _number_of(session: Session, text: str, faults: FaultList) -> str:
    """The company with this number, else with this name, else the one whose number or
    name begins so, else the one with such a piece in number, name, city, phone number
    or post code. Where several of one kind are meant, the user has to say which."""
    by_number = select(Contact.no).where(Contact.no == text.upper())
    if number := session.scalar(by_number):
        return number
    found = session.execute(_meant(text)).all()
    best = [row for row in found if row.rank == found[0].rank]
    if len(best) == 1:
        return str(best[0].no)
    if not best:
        detail = f"No company has the number, the name or a piece of it: {text}"
        faults.add("company_name", "E-UNKNOWN-CODE", detail)
        return ""
    named = ", ".join(f"{row.no} {row.name}".strip() for row in best[:NAMED])
    more = " and others" if len(best) > NAMED else ""
    detail = f"{text} may be any of several companies: {named}{more}. Give its number."
    faults.add("company_name", "E-AMBIGUOUS", detail)
    return ""


def _meant(text: str) -> Select[Any]:
    """The best kind first, and one more than is told. Reads all companies once."""
    name = func.lower(Contact.name)
    said = text.lower()
    begins = or_(
        name.startswith(said, autoescape=True),
        Contact.no.startswith(text.upper(), autoescape=True),
    )
    has_piece = or_(
        begins,
        name.contains(said, autoescape=True),
        Contact.no.contains(text.upper(), autoescape=True),
        func.lower(Contact.city).contains(said, autoescape=True),
        Contact.phone_no.contains(text, autoescape=True),
        Contact.post_code.contains(text.upper(), autoescape=True),
    )
    rank = case((name == said, 1), (begins, 2), else_=3).label("rank")
    return (
        select(Contact.no, Contact.name, rank)
        .where(Contact.type == ContactType.COMPANY, has_piece)
        .order_by(rank, Contact.no)
        .limit(NAMED + 1)
    )
