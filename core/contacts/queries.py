from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, exists, func, or_, select, text, true
from sqlalchemy.orm import Session, aliased

from core.contacts.merge_jobs import refuse_while_merged
from core.contacts.models import Contact, MergedContact
from core.errors import MergedError, NotFoundError

Company = aliased(Contact, name="company")

Order = Literal["no", "name"]


def contact_by_no(session: Session, no: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.no == no.upper()))


def contact_found(session: Session, no: str) -> Contact:
    return _found(session, contact_by_no(session, no), no)


def lock_contact(session: Session, no: str) -> Contact:
    """The contact as it is now, locked until the transaction ends. Raises
    NotFoundError, ConflictError E-JOB-RUNNING while a job is to merge it.

    NO KEY: a job that writes rows about a million contacts keeps each in its place by
    their foreign keys, and nobody who edits one should wait for the job's end.
    """
    refuse_while_merged(session, no)
    statement = (
        select(Contact)
        .where(Contact.no == no.upper())
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found(session, session.scalar(statement), no)


def company_to_join(session: Session, no: str) -> Contact | None:
    """The contact with this number, kept from being deleted, or from becoming a person,
    meanwhile."""
    statement = (
        select(Contact)
        .where(Contact.no == no)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def lock_company_and_people(session: Session, company_id: int) -> list[int]:
    statement = (
        select(Contact.id)
        .where(Contact.company_id == company_id)
        .order_by(Contact.id)
        .with_for_update()
    )
    return list(session.scalars(statement))


def company_of(session: Session, contact: Contact) -> Contact | None:
    return session.get(Contact, contact.company_id) if contact.company_id else None


def number_exists(session: Session, no: str) -> bool:
    """A merged number stays taken: it leads to the contact that was kept."""
    taken = or_(
        exists().where(Contact.no == no), exists().where(MergedContact.no == no)
    )
    return bool(session.scalar(select(taken)))


def next_id(session: Session) -> int:
    """A company carries its own id, so the id must be known before the insert."""
    statement = text("SELECT nextval(pg_get_serial_sequence('contact', 'id'))")
    number: int = session.execute(statement).scalar_one()
    return number


def people_of(session: Session, company_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(Contact)
        .where(Contact.company_id == company_id, Contact.id != company_id)
    )
    return session.execute(statement).scalar_one()


def contact_rows() -> Any:  # noqa: ANN401  (a select of three columns)
    """Contacts with their company's number and name. Page it by a column of both."""
    return select(
        Contact,
        func.coalesce(Company.no, "").label("company_no"),
        func.coalesce(Company.name, "").label("company_name"),
    ).outerjoin(Company, Company.id == Contact.company_id)


def contacts_page(
    session: Session,
    *,
    where: ColumnElement[bool] | None = None,
    order: Order = "no",
    after: tuple[str, ...] | None = None,
    limit: int = 50,
    are_few: bool = False,
) -> Sequence[tuple[Contact, str, str]]:
    """Contacts with their company's number and name, in order.

    `after` continues behind a row: its (no,), or its (name, no) in order of names.
    One row more than `limit` is fetched, which tells whether there is a next page.
    `are_few`: hardly more than a page matches. Those are found first and put in order
    after: walking all contacts in order to meet so few, each with a look into another
    table, takes ten times as long (1.8 s of 300 000 for the last interactions).
    """
    if are_few and where is not None:
        found = select(Contact.id).where(where).cte("found").prefix_with("MATERIALIZED")
        where = Contact.id.in_(select(found.c.id))
    key = (Contact.name, Contact.no) if order == "name" else (Contact.no,)
    statement = (
        contact_rows()
        .where(true() if where is None else where)
        .order_by(*key)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(func.row(*key) > func.row(*after))
    return session.execute(statement).all()


def count_contacts(
    session: Session,
    *,
    where: ColumnElement[bool] | None = None,
    at_most: int = 10_000,
) -> int:
    """How many match. Counting stops one past `at_most`, so that lists stay fast."""
    matching = (
        select(Contact.id)
        .where(true() if where is None else where)
        .limit(at_most + 1)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(matching)).scalar_one()


def _found(session: Session, contact: Contact | None, no: str) -> Contact:
    if contact is not None:
        return contact
    kept_no = merged_into(session, no)
    if kept_no is not None:
        raise MergedError(
            "E-MERGED",
            f"Contact {no.upper()} was merged into contact {kept_no}.",
            links={"contact": kept_no},
        )
    raise NotFoundError("E-NOT-FOUND", f"There is no contact {no}.")


def merged_into(session: Session, no: str) -> str | None:
    """The number of the contact that the one with this number became part of."""
    return session.scalar(
        select(Contact.no)
        .join(MergedContact, MergedContact.contact_id == Contact.id)
        .where(MergedContact.no == no.upper())
    )
