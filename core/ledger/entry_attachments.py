"""Taking attachments from entries that are canceled (INT-061).

Only what a single entry has can go: what others were sent too is their history.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from core.attachments.thaw import lock_attachments, thaw_attachments
from core.interactions.models import InteractionLogEntry
from core.segments.count_contacts import count_rows

Entry = InteractionLogEntry
Other = aliased(InteractionLogEntry)


def count_own_attachments(session: Session, entries: ColumnElement[bool]) -> int:
    """How many attachments these entries have that no other entry has (INT-071)."""
    return count_rows(session, _own_attachments(entries))


def lock_own_attachments(
    session: Session, entries: ColumnElement[bool]
) -> Collection[int]:
    """The same by their numbers. No entry comes by one of them until the transaction
    ends."""
    found = _numbers(session, _own_attachments(entries))
    lock_attachments(session, found)
    # Asked again: a log may have ended while it was waited for.
    among_found = and_(entries, Entry.attachment_id.in_(found))
    return _numbers(session, _own_attachments(among_found))


def remove_attachments(session: Session, ids: Collection[int]) -> None:
    """From the entries, and for good where no template or segment has them. A log that
    is undone later brings its content back without them."""
    if not ids:
        return
    session.execute(
        update(Entry)
        .where(Entry.attachment_id.in_(ids))
        .values(attachment_id=None)
        .execution_options(synchronize_session=False)
    )
    thaw_attachments(session, ids, even_kept_ones=True)
    session.expire_all()


def _own_attachments(entries: ColumnElement[bool]) -> Select[int | None]:
    """Plan (a million entries with the same letter): one pass that groups them, and a
    look into the index over attachments for each group of one."""
    single = (
        select(Entry.attachment_id)
        .where(entries, Entry.attachment_id.is_not(None))
        .group_by(Entry.attachment_id)
        .having(func.count() == 1)
        .subquery("single")
    )
    second = (
        select(Other.entry_no)
        .where(
            Other.attachment_id == single.c.attachment_id,
            Other.attachment_id.is_not(None),
        )
        .offset(1)
        .correlate(single)
    )
    return select(single.c.attachment_id).where(~second.exists())


def _numbers(session: Session, statement: Select[int | None]) -> Collection[int]:
    return [number for number in session.scalars(statement) if number is not None]
