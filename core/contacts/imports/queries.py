from collections.abc import Iterator, Sequence
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
    session: Session, import_id: int, limit: int = 20
) -> Sequence[ContactImportReject]:
    return session.scalars(_rejects(import_id).limit(limit)).all()


def every_reject(session: Session, import_id: int) -> Iterator[ContactImportReject]:
    """Streamed, since a file may have been rejected as a whole."""
    statement = _rejects(import_id).execution_options(yield_per=1_000)
    with session.execute(statement) as result:
        yield from result.scalars()


def _rejects(import_id: int) -> Select[ContactImportReject]:
    return (
        select(ContactImportReject)
        .where(ContactImportReject.import_id == import_id)
        .order_by(ContactImportReject.line_no)
    )
