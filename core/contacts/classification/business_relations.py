"""What a company is to us, and its number in the books (CONT-054)."""

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts import neighbours
from core.contacts.classification.links import (
    BUSINESS_RELATIONS,
    check_code,
    check_type,
)
from core.contacts.classification.models import ContactBusinessRelation
from core.contacts.classification.relation_summary import RESERVED
from core.contacts.models import Contact
from core.contacts.touch import touched_contact
from core.errors import ConflictError, Fault, FaultList
from core.vocabulary import ContactType, LinkToTable


def relate(
    session: Session,
    actor: Actor,
    contact_no: str,
    code: str,
    *,
    link_to_table: LinkToTable = LinkToTable.BLANK,
    no: str = "",
) -> ContactBusinessRelation:
    """Give a company a relation. A number of the books takes the place of a relation
    of the same code that had none."""
    contact = touched_contact(session, actor, contact_no)
    if not (
        link_to_table is LinkToTable.EMPLOYEE and contact.type == ContactType.PERSON
    ):  # An employee is a person.
        check_type(BUSINESS_RELATIONS, contact)
    check_code(session, BUSINESS_RELATIONS, code)
    _check_number(link_to_table, no)
    _refuse_reserved(session, code, link_to_table)
    _refuse_second_number(session, contact, link_to_table, no)
    relation = session.get(ContactBusinessRelation, (contact.id, code))
    if relation is not None and (relation.no or not no):
        detail = f"Contact {contact.no} already has the business relation {code}."
        fault = Fault("E-EXISTS", detail, "code")
        raise ConflictError("E-EXISTS", detail, faults=(fault,))
    if relation is None:
        relation = ContactBusinessRelation(contact_id=contact.id, code=code)
        session.add(relation)
    relation.link_to_table, relation.no = link_to_table, no
    _flush(session, link_to_table, no)
    if link_to_table is LinkToTable.CUSTOMER:
        neighbours.target_as_customer(session, contact.no, no)
    return relation


def _flush(session: Session, link_to_table: LinkToTable, no: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # Somebody gave the number at the same moment.
        words = link_to_table.name.lower().replace("_", " ")
        detail = f"Somebody has just given {words} {no} to another contact."
        fault = Fault("E-EXISTS", detail, "no")
        raise ConflictError("E-EXISTS", detail, faults=(fault,)) from error


def _check_number(link_to_table: LinkToTable, no: str) -> None:
    if (link_to_table is LinkToTable.BLANK) != (not no):
        faults = FaultList()
        detail = "A number of the books needs its table, and a table its number."
        faults.add("no" if link_to_table else "link_to_table", "E-FIELD", detail)
        faults.refuse_if_any()


def _refuse_reserved(session: Session, code: str, link_to_table: LinkToTable) -> None:
    """A code that is kept for a table goes with a number of that table alone."""
    kept = session.execute(select(*RESERVED.values())).first() or ()
    tables = [table for table, own in zip(RESERVED, kept, strict=False) if own == code]
    if tables and link_to_table not in tables:
        words = " or ".join(table.name.lower().replace("_", " ") for table in tables)
        faults = FaultList()
        detail = f"{code} is kept for the books: give it with the number of a {words}."
        faults.add("code", "E-RESERVED", detail)
        faults.refuse_if_any()


def _refuse_second_number(
    session: Session, contact: Contact, link_to_table: LinkToTable, no: str
) -> None:
    """One number of a table for a contact, one contact for a number."""
    if link_to_table is LinkToTable.BLANK:
        return
    table = ContactBusinessRelation
    taken = session.execute(
        select(table.no, Contact.no)
        .join(Contact, Contact.id == table.contact_id)
        .where(
            table.link_to_table == link_to_table,
            or_(table.contact_id == contact.id, table.no == no),
        )
    ).first()
    if taken is not None:
        words = link_to_table.name.lower().replace("_", " ")
        detail = f"Contact {taken[1]} is {words} {taken[0]} already."
        fault = Fault("E-EXISTS", detail, "no")
        raise ConflictError("E-EXISTS", detail, faults=(fault,))
