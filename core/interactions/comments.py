"""What people note about an interaction, in the order in which it was written (CMT-002).

No foreign key leads to the entry, which would be asked for each of a million that are
deleted (ADR 0006). Whoever writes a comment holds the entry instead, and whoever deletes
entries looks for comments afterwards.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.comments import CommentChanges, checked_words
from core.errors import NotFoundError
from core.interactions.models import InteractionLogEntry, InteractionLogEntryComment

Entry = InteractionLogEntry
Comment = InteractionLogEntryComment


def comments_of(
    session: Session, entry_no: int, *, limit: int, before: int | None = None
) -> Sequence[Comment]:
    """The last ones, or the last before that number, in the order of their lines."""
    statement = select(Comment).where(Comment.entry_no == entry_no)
    if before is not None:
        statement = statement.where(Comment.id < before)
    newest_first = statement.order_by(Comment.id.desc()).limit(limit)
    return session.scalars(newest_first).all()[::-1]


def count_comments(session: Session, entry_no: int) -> int:
    statement = select(func.count()).where(Comment.entry_no == entry_no)
    return session.execute(statement).scalar_one()


def count_commented(session: Session, logged_segment_entry_no: int) -> int:
    """Entries of the log that have comments."""
    statement = select(func.count(Comment.entry_no.distinct())).join(
        Entry, Entry.entry_no == Comment.entry_no
    )
    of_log = Entry.logged_segment_entry_no == logged_segment_entry_no
    return session.execute(statement.where(of_log)).scalar_one()


def comment_found(session: Session, entry_no: int, number: int) -> Comment:
    return _found(entry_no, number, session.get(Comment, number))


def lock_comment(session: Session, entry_no: int, number: int) -> Comment:
    """Raises NotFoundError, also for the comments of a postponed interaction."""
    _hold(session, entry_no)
    comment = session.get(Comment, number, with_for_update=True, populate_existing=True)
    return _found(entry_no, number, comment)


def proposed_date(session: Session, actor: Actor, entry_no: int) -> date | None:
    """The work date for the first comment of that day, none for those that follow it
    (CMT-001)."""
    is_there = exists().where(
        Comment.entry_no == entry_no, Comment.date == actor.work_date
    )
    return None if session.scalar(select(is_there)) else actor.work_date


def add_comment(
    session: Session, actor: Actor, entry_no: int, given: CommentChanges
) -> Comment:
    """On an entry that was logged, canceled or not. Without a date it gets the one that
    is proposed."""
    _hold(session, entry_no)
    return _write(session, actor, entry_no, given)


def change_comment(comment: Comment, changes: CommentChanges) -> None:
    """Of a locked one; who wrote it first stays."""
    if "date" in changes:
        comment.date = changes["date"]
    if "comment" in changes:
        comment.comment = checked_words(changes["comment"])


def write_comments(
    session: Session, actor: Actor, entry_no: int, lines: Iterable[CommentChanges]
) -> None:
    """Below those that are there, on an entry that the caller holds."""
    for line in lines:
        _write(session, actor, entry_no, line)


def replace_comments(
    session: Session, actor: Actor, entry_no: int, lines: Iterable[CommentChanges]
) -> None:
    """In the place of all that are there (CMT-002), on an entry that the caller holds."""
    session.execute(delete(Comment).where(Comment.entry_no == entry_no))
    write_comments(session, actor, entry_no, lines)


def drop_comments_of_gone_entries(session: Session, first: int, last: int) -> None:
    """After the statement that deleted entries with numbers from `first` to `last`: a
    comment that was written while that one waited is seen only now (INT-070)."""
    session.execute(
        delete(Comment)
        .where(
            Comment.entry_no.between(first, last),
            ~exists().where(Entry.entry_no == Comment.entry_no),
        )
        .execution_options(synchronize_session=False)
    )


def _hold(session: Session, entry_no: int) -> None:
    """Whoever deletes the entry waits, and takes the comment along."""
    held = (
        select(Entry.entry_no)
        .where(Entry.entry_no == entry_no, Entry.postponed.is_(False))
        .with_for_update(read=True, key_share=True)
    )
    if session.scalar(held) is None:
        detail = f"There is no interaction log entry {entry_no}."
        raise NotFoundError("E-NOT-FOUND", detail)


def _write(
    session: Session, actor: Actor, entry_no: int, given: CommentChanges
) -> Comment:
    comment = Comment(entry_no=entry_no, written_by=actor.username, date=None)
    if "date" not in given:
        comment.date = proposed_date(session, actor, entry_no)
    change_comment(comment, {"comment": "", **given})
    session.add(comment)
    session.flush()  # its number is part of its address, and orders it
    return comment


def _found(entry_no: int, number: int, comment: Comment | None) -> Comment:
    if comment is None or comment.entry_no != entry_no:
        detail = f"Interaction {entry_no} has no comment {number}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return comment
