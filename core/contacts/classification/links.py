"""Which groups, relations and responsibilities a contact has (CONT-053…CONT-055)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session, aliased

from core.access.actor import Actor
from core.base import Base
from core.contacts import neighbours
from core.contacts.classification import masters
from core.contacts.classification.models import (
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
)
from core.contacts.models import Contact
from core.contacts.touch import touched_contact
from core.errors import ConflictError, Fault, NotFoundError, RefusedError
from core.setup.masters import Master
from core.vocabulary import ContactType, LinkToTable

Link = (
    ContactMailingGroup
    | ContactIndustryGroup
    | ContactBusinessRelation
    | ContactJobResponsibility
)


@dataclass(frozen=True, slots=True)
class Classification:
    master: Master
    link: type[Link]
    only: ContactType | None = None
    "Who can have it; None: everybody."

    @property
    def is_inherited(self) -> bool:
        """A person shows what its company has (CONT-055)."""
        return self.only is ContactType.COMPANY


MAILING_GROUPS = Classification(masters.MAILING_GROUPS, ContactMailingGroup)
INDUSTRY_GROUPS = Classification(
    masters.INDUSTRY_GROUPS, ContactIndustryGroup, ContactType.COMPANY
)
BUSINESS_RELATIONS = Classification(
    masters.BUSINESS_RELATIONS, ContactBusinessRelation, ContactType.COMPANY
)
JOB_RESPONSIBILITIES = Classification(
    masters.JOB_RESPONSIBILITIES, ContactJobResponsibility, ContactType.PERSON
)
CLASSIFICATIONS = (
    MAILING_GROUPS,
    INDUSTRY_GROUPS,
    BUSINESS_RELATIONS,
    JOB_RESPONSIBILITIES,
)


def link_rows(classification: Classification, contact: Contact) -> Select[Any]:
    """The links the contact shows, each with its code's description. Page it by code.

    Those of a person's company where only companies have them. An employee's own
    relation is the person's, and goes before one of the same code of the company.
    """
    link, own = classification.link, aliased(classification.link)
    code = _column(classification.master.model, "code")
    of_contact = link.contact_id == contact.id
    if classification.is_inherited:
        is_own = exists().where(own.contact_id == contact.id, own.code == link.code)
        of_contact |= (link.contact_id == contact.company_id) & ~is_own
    return (
        select(link, _column(classification.master.model, "description"))
        .join(classification.master.model, code == link.code)
        .where(of_contact)
    )


def links_of(
    session: Session, classification: Classification, contact: Contact
) -> Sequence[Row[Any]]:
    statement = link_rows(classification, contact)
    return session.execute(statement.order_by(classification.link.code)).all()


def link_found(
    session: Session, classification: Classification, contact: Contact, code: str
) -> Row[Any]:
    statement = link_rows(classification, contact)
    row = session.execute(
        statement.where(classification.link.code == code.upper())
    ).one_or_none()
    if row is None:
        detail = f"Contact {contact.no} has no {classification.master.noun} {code}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return row


def add_link(
    session: Session,
    actor: Actor,
    classification: Classification,
    contact_no: str,
    code: str,
) -> Link:
    """Put the contact under the code; refused if it is there, or cannot be."""
    contact = touched_contact(session, actor, contact_no)
    check_type(classification, contact)
    check_code(session, classification, code)
    if session.get(classification.link, (contact.id, code)) is not None:
        noun = classification.master.noun
        detail = f"Contact {contact.no} already has the {noun} {code}."
        fault = Fault("E-EXISTS", detail, "code")
        raise ConflictError("E-EXISTS", detail, faults=(fault,))
    link = classification.link(contact_id=contact.id, code=code)
    session.add(link)
    session.flush()  # Rules the database keeps are refused here.
    return link


def remove_link(
    session: Session,
    actor: Actor,
    classification: Classification,
    contact_no: str,
    code: str,
) -> None:
    contact = touched_contact(session, actor, contact_no)
    link = link_found(session, classification, contact, code)[0]
    if link.contact_id != contact.id:
        raise _belongs_to_others(classification, contact)
    session.delete(link)
    if (
        isinstance(link, ContactBusinessRelation)
        and link.link_to_table == LinkToTable.CUSTOMER
    ):
        neighbours.target_as_contact(session, contact.no, link.no)


def refuse_links_of_other_type(
    session: Session, contact: Contact, kind: ContactType
) -> None:
    """A contact that changes its type first gives up what the new type cannot have."""
    for classification in CLASSIFICATIONS:
        if classification.only in {None, kind}:
            continue
        link = classification.link
        if session.scalar(select(link.code).where(link.contact_id == contact.id)):
            raise ConflictError(
                "E-IN-USE",
                f"The type of contact {contact.no} cannot be changed: it has "
                f"{classification.master.plural}. Remove them first.",
            )


def check_type(classification: Classification, contact: Contact) -> None:
    if classification.only not in {None, contact.type}:
        raise _belongs_to_others(classification, contact)


def check_code(session: Session, classification: Classification, code: str) -> None:
    """The code exists, and is kept from being deleted until the transaction ends."""
    noun, model = classification.master.noun, classification.master.model
    if session.get(model, code, with_for_update={"read": True}) is None:
        detail = f"There is no {noun} {code}."
        fault = Fault("E-UNKNOWN-CODE", detail, "code")
        raise RefusedError(fault.code, detail, faults=(fault,))


def _belongs_to_others(
    classification: Classification, contact: Contact
) -> RefusedError:
    plural = classification.master.plural
    if classification.only is ContactType.COMPANY:
        words = f"{contact.no} is a person and shows those of its company"
        detail = f"Only companies have {plural}: {words}."
    else:
        detail = f"Only people have {plural}: {contact.no} is a company."
    return RefusedError(
        "E-CONTACT-TYPE", detail, faults=(Fault("E-CONTACT-TYPE", detail, "code"),)
    )


def _column(model: type[Base], name: str) -> Any:  # noqa: ANN401  (of any master)
    return model.__table__.c[name]
