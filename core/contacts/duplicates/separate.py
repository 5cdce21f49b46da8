"""Two contacts that look alike and are not the same: nobody is asked again."""

from typing import Any

from sqlalchemy import case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.contacts import queries
from core.contacts.merge_jobs import refuse_while_merged
from core.contacts.models import Contact, SeparateContacts
from core.errors import Fault, NotFoundError, RefusedError
from core.rows import rows_written


def keep_apart(
    session: Session, actor: Actor, no: str, other_no: str
) -> SeparateContacts:
    """Safe to call twice.

    Raises NotFoundError, RefusedError on `other_no`, and ConflictError E-JOB-RUNNING
    while a job merges one of them.
    """
    refuse_while_merged(session, no, other_no)
    contact = queries.contact_found(session, no)
    other = _other(session, contact, other_no)
    pair = _pair(contact, other)
    # Held against a deletion at the same time, which then takes the mark along.
    held = session.scalars(
        select(Contact.id)
        .where(Contact.id.in_(pair))
        .order_by(Contact.id)
        .with_for_update(read=True, key_share=True)
    ).all()
    if len(held) < len(pair):
        detail = f"Contact {no} or {other_no} has just been deleted."
        raise NotFoundError("E-NOT-FOUND", detail)
    statement = insert(SeparateContacts).values(
        contact_id=pair[0], other_id=pair[1], separated_by=actor.username
    )
    if rows_written(session, statement.on_conflict_do_nothing()):
        apart_from = {"other_no": other.no}
        record_audit(session, actor, "contact.separate", contact.no, apart_from)
    return session.get_one(SeparateContacts, pair)


def ask_again(session: Session, actor: Actor, no: str, other_no: str) -> None:
    """They may be the same after all. Raises NotFoundError."""
    contact = queries.contact_found(session, no)
    other = queries.contact_found(session, other_no)
    first, second = _pair(contact, other)
    apart = SeparateContacts
    gone = session.scalar(
        delete(apart)
        .where(apart.contact_id == first, apart.other_id == second)
        .returning(apart.contact_id)
    )
    if gone is None:
        detail = f"Contacts {contact.no} and {other.no} are not kept apart."
        raise NotFoundError("E-NOT-FOUND", detail)
    record_audit(
        session, actor, "contact.ask_again", contact.no, {"other_no": other.no}
    )


def kept_apart_from(contact: Contact) -> Any:  # noqa: ANN401  (a select)
    """Number and name of the contacts, and who said so when."""
    apart = SeparateContacts
    other_id = case(
        (apart.contact_id == contact.id, apart.other_id), else_=apart.contact_id
    )
    return (
        select(
            Contact.no.label("other_no"),
            Contact.name.label("other_name"),
            apart.separated_at.label("separated_at"),
            apart.separated_by.label("separated_by"),
        )
        .join(apart, other_id == Contact.id)
        .where(or_(apart.contact_id == contact.id, apart.other_id == contact.id))
    )


def _other(session: Session, contact: Contact, other_no: str) -> Contact:
    other = queries.contact_by_no(session, other_no)
    if other is None:
        raise _refused("E-UNKNOWN-CODE", f"There is no contact {other_no}.")
    if other.id == contact.id:
        detail = f"Contact {contact.no} cannot be kept apart from itself."
        raise _refused("E-FIELD", detail)
    if other.type != contact.type:
        detail = "A company and a person are never taken for the same contact."
        raise _refused("E-FIELD", detail)
    return other


def _refused(code: str, detail: str) -> RefusedError:
    return RefusedError(code, detail, faults=(Fault(code, detail, "other_no"),))


def _pair(contact: Contact, other: Contact) -> tuple[int, int]:
    return min(contact.id, other.id), max(contact.id, other.id)
