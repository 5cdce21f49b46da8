"""What people take over from their company (CONT-031, CONT-032)."""

from collections.abc import Mapping

from sqlalchemy import Values, and_, case, column, func, or_, update, values
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement, FromClause

from core.contacts.fields import (
    ADDRESS_BLOCK,
    ADDRESS_IDENTITY,
    COMMUNICATION,
    INHERITED,
    PROPAGATED_COMMUNICATION,
)
from core.contacts.models import Contact
from core.contacts.salespeople import is_blocked_for_privacy
from core.setup.models import MarketingSetup

PASSED_ON = (*INHERITED.values(), *ADDRESS_BLOCK, *COMMUNICATION)
"Every field that can travel from a company to its people."


def taken_over(
    setup: MarketingSetup,
    person: Mapping[str, object],
    company: Mapping[str, object],
    old_company: Mapping[str, object] | None,
) -> dict[str, object]:
    """The values a person takes from a company it is assigned to (CONT-031)."""
    taken = {
        field: company[field]
        for flag, field in INHERITED.items()
        if getattr(setup, flag)
    }
    if setup.inherit_address_details and _address_may_follow(person, old_company):
        taken |= {field: company[field] for field in ADDRESS_BLOCK}
    if setup.inherit_communication_details:
        taken |= {
            field: company[field]
            for field in COMMUNICATION
            if not person[field]
            or (old_company is not None and person[field] == old_company[field])
        }
    return taken


def _address_may_follow(
    person: Mapping[str, object], old_company: Mapping[str, object] | None
) -> bool:
    if not any(person[field] for field in ADDRESS_IDENTITY):
        return True
    return old_company is not None and all(
        person[field] == old_company[field] for field in ADDRESS_IDENTITY
    )


def pass_on(session: Session, setup: MarketingSetup, before: FromClause) -> None:
    """Let people follow their companies' changes, where they still agreed (CONT-032).

    `before` has one row per changed company: `id`, and its old values by field name.
    One statement, however many companies and people there are.
    """
    company = aliased(Contact, name="company")
    old = before.c
    follows: dict[str, ColumnElement[bool]] = {}
    for flag, field in INHERITED.items():
        if getattr(setup, flag):
            follows[field] = getattr(Contact, field) == old[field]
    if setup.inherit_address_details:
        same = and_(*(getattr(Contact, f) == old[f] for f in ADDRESS_IDENTITY))
        follows |= dict.fromkeys(ADDRESS_BLOCK, same)
    if setup.inherit_communication_details:
        for field in PROPAGATED_COMMUNICATION:
            follows[field] = getattr(Contact, field) == old[field]
    new_values = {
        field: case(
            (
                and_(old[field] != getattr(company, field), condition),
                getattr(company, field),
            ),
            else_=getattr(Contact, field),
        )
        for field, condition in follows.items()
    }
    if not new_values:
        return
    moved = [getattr(Contact, field) != value for field, value in new_values.items()]
    session.execute(
        update(Contact)
        .where(
            Contact.company_id == old.id,
            company.id == old.id,
            Contact.id != old.id,
            or_(*moved),
        )
        .values({**new_values, "last_modified_at": func.now()})
        .execution_options(synchronize_session=False)
    )


def offered_by(session: Session, company: Contact) -> dict[str, object]:
    """What people can take over from the company: no salesperson who was blocked for
    privacy since, for he takes no contact any more."""
    offered = values_of(company)
    if is_blocked_for_privacy(session, company.salesperson_code):
        offered["salesperson_code"] = ""
    return offered


def values_of(contact: Contact) -> dict[str, object]:
    return {field: getattr(contact, field) for field in PASSED_ON}


def before_of(contact: Contact) -> Values:
    """The values a company has now, for `pass_on` after it was changed."""
    row = (contact.id, *values_of(contact).values())
    columns = [
        column(field, Contact.__table__.c[field].type) for field in ("id", *PASSED_ON)
    ]
    return values(*columns, name="before").data([row])
