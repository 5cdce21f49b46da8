"""Records that are kept by a code or number: finding, locking and adding them."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base import Base
from core.errors import ConflictError, Fault, NotFoundError

Record = TypeVar("Record", bound=Base)


def found_record(
    session: Session, model: type[Record], key: object, noun: str
) -> Record:
    return _required(session.get(model, key), noun, key)


def lock_record(
    session: Session, model: type[Record], key: object, noun: str
) -> Record:
    """The record as it is now, which nobody else changes until the transaction ends.
    Its key stays, so others go on giving that to what they write."""
    return _locked(session, model, key, noun, key_share=True)


def lock_to_delete(
    session: Session, model: type[Record], key: object, noun: str
) -> Record:
    """The same, and nobody gives its key to anything: whoever has done so is waited
    for, and whoever is about to waits. So ask after this whether the record is used."""
    return _locked(session, model, key, noun)


def kept_record(
    session: Session, model: type[Record], key: object, noun: str
) -> Record:
    """The record as it is now, which nobody changes until the transaction ends; others
    may keep it at the same time."""
    return _locked(session, model, key, noun, read=True)


def _locked(
    session: Session,
    model: type[Record],
    key: object,
    noun: str,
    **kind: bool,
) -> Record:
    record = session.get(model, key, with_for_update=kind, populate_existing=True)
    return _required(record, noun, key)


def add_record(session: Session, record: Base, noun: str, field: str) -> None:
    """Insert; E-EXISTS naming `field` where the record's key is taken."""
    key = getattr(record, field)
    identity = inspect(record).mapper.primary_key_from_instance(record)
    if session.get(type(record), tuple(identity)) is not None:
        raise _taken(noun, field, key)
    session.add(record)
    try:
        session.flush()  # the key must be refused here, where it has a name
    except IntegrityError as error:  # somebody else was faster
        raise _taken(noun, field, key) from error


def apply_changes(record: Base, changes: Mapping[str, object]) -> None:
    for field, value in changes.items():
        setattr(record, field, value)


def _required(record: Record | None, noun: str, key: object) -> Record:
    if record is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no {noun} {key}.")
    return record


def _taken(noun: str, field: str, key: object) -> ConflictError:
    detail = f"There is already a {noun} {key}."
    return ConflictError("E-EXISTS", detail, faults=(Fault("E-EXISTS", detail, field),))
