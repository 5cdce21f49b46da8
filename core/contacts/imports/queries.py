from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.contacts.models import ContactImport, ContactImportReject
from core.errors import NotFoundError


def import_found(session: Session, public_id: UUID) -> ContactImport:
    found = session.scalar(
        select(ContactImport).where(ContactImport.public_id == public_id)
    )
    if found is None:
        raise NotFoundError("E-NOT-FOUND", "There is no such import.")
    return found


def lock_import(session: Session, public_id: UUID) -> ContactImport:
    """The import, so that of two requests at once the second sees the first."""
    found = import_found(session, public_id)
    session.refresh(found, with_for_update=True)
    return found


def latest_imports(session: Session, limit: int = 20) -> Sequence[ContactImport]:
    statement = select(ContactImport).order_by(ContactImport.id.desc()).limit(limit)
    return session.scalars(statement).all()


def first_rejects(
    session: Session, import_id: int, *, after_line: int = 0, limit: int = 20
) -> Sequence[ContactImportReject]:
    statement = (
        rejects_of(import_id)
        .where(ContactImportReject.line_no > after_line)
        .order_by(ContactImportReject.line_no)
        .limit(limit)
    )
    return session.scalars(statement).all()


def rejects_of(import_id: int) -> Select[ContactImportReject]:
    """Page it by ContactImportReject.line_no."""
    return select(ContactImportReject).where(ContactImportReject.import_id == import_id)
