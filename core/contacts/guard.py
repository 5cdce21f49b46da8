"""Keeps contacts in place while bulk work reads them.

The bulk tables have no foreign key on contact, since its check would lock every
referenced row. Instead bulk statements share this lock until their transaction
ends, and whoever deletes a contact waits for all of them and keeps new ones out.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = 0x526F6C6C  # Any number nobody else uses.


def share_contacts(session: Session) -> None:
    """No contact disappears until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})


def lock_contacts(session: Session) -> None:
    """Wait for bulk work to end; keep it out until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def lock_imports(session: Session) -> None:
    """One import after the other: two at once could bring the same new contact."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK + 1})
