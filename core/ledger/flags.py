"""The statements that cancel, revive, evaluate, delete and detach entries, however many
they are.

The first two keep the counters of the logged segments in the same statement, so that
no page ever counts a million entries to say how many are canceled.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from core.attachments.thaw import thaw_attachments
from core.interactions.comments import drop_comments_of_gone_entries
from core.interactions.models import Delivery, InteractionLogEntry, LoggedSegment
from core.ledger.change import AT_ONCE
from core.ledger.kept_content import attachments_kept_by
from core.segments.bulk import ANNOUNCE_EVERY, give_hash_memory, tell_planner
from core.vocabulary import Evaluation

Entry = InteractionLogEntry


def to_flag(entries: ColumnElement[bool], *, canceled: bool) -> ColumnElement[bool]:
    """Of these entries, those that do not have the flag yet; postponed ones have none."""
    lacks_flag = ~Entry.canceled if canceled else Entry.canceled
    return and_(entries, Entry.postponed.is_(False), lacks_flag)


def flag_entries(
    session: Session, entries: ColumnElement[bool], *, canceled: bool
) -> int:
    """Set the flag on these entries; how many of them did not have it.

    The caller has locked their logged segments. Plan: the rows come by the index over
    the log, campaign or contact, or by one pass where they are much of the table; all
    but a hundredth of the time goes into writing each row once, and into its indexes.
    """
    changed = (
        update(Entry)
        .where(to_flag(entries, canceled=canceled))
        .values(canceled=canceled)
        .returning(Entry.logged_segment_entry_no, _sign_of_life().label("sign"))
        .cte("changed")
    )
    by_log = _by_log(changed)
    signed = by_log.c.entries if canceled else -by_log.c.entries
    counted = (
        update(LoggedSegment)
        .where(LoggedSegment.entry_no == by_log.c.logged_segment_entry_no)
        .values(no_canceled=LoggedSegment.no_canceled + signed)
        .cte("counted")
    )
    return _total(session, by_log, counted)


class Evaluated(NamedTuple):
    meant: int
    changed: int
    "Of those that were meant, the ones that said something else before."


def write_evaluation(
    session: Session, entries: ColumnElement[bool], evaluation: Evaluation
) -> Evaluated:
    """On these entries, canceled or not. Plan: as `flag_entries`; what is counted comes
    the same way once more."""
    meant = and_(entries, Entry.postponed.is_(False))
    changed = (
        update(Entry)
        .where(meant, Entry.evaluation != evaluation)
        .values(evaluation=evaluation)
        .returning(Entry.entry_no, _sign_of_life().label("sign"))
        .cte("changed")
    )
    counted = select(
        select(func.count()).where(meant).scalar_subquery(),
        select(func.count()).select_from(changed).scalar_subquery(),
    )
    found = Evaluated(*session.execute(counted).one())
    # What the session has read of these entries is out of date.
    session.expire_all()
    return found


def delete_entries(session: Session, entries: ColumnElement[bool]) -> int:
    """Delete these entries with their comments, and attachments that nobody has any
    more (INT-070); how many entries there were.

    The caller has locked their logged segments and sees to it that none of them
    counts, or that what they belong to does not. Plan (a million entries of a log): as
    `flag_entries`; the attachments are gathered from the rows that pass by, each is
    then looked up once in the index over attachments.
    """
    deleted = (
        delete(Entry)
        .where(entries, Entry.postponed.is_(False))
        .returning(
            Entry.entry_no,
            Entry.logged_segment_entry_no,
            Entry.attachment_id,
            Entry.canceled,
            _sign_of_life().label("sign"),
        )
        .cte("deleted")
    )
    unsent = (
        delete(Delivery).where(Delivery.entry_no == deleted.c.entry_no).cte("unsent")
    )
    by_log = _by_log(deleted, func.count().filter(deleted.c.canceled).label("canceled"))
    counted = (
        update(LoggedSegment)
        .where(LoggedSegment.entry_no == by_log.c.logged_segment_entry_no)
        .values(
            no_canceled=LoggedSegment.no_canceled - by_log.c.canceled,
            no_deleted=LoggedSegment.no_deleted + by_log.c.entries,
        )
        .cte("counted")
    )
    number, (of_entries, logs, first, last) = _written(
        session,
        by_log,
        (counted, unsent),
        _array_of(deleted.c.attachment_id),
        _array_of(by_log.c.logged_segment_entry_no),
        select(func.min(deleted.c.entry_no)).scalar_subquery(),
        select(func.max(deleted.c.entry_no)).scalar_subquery(),
    )
    if number:
        drop_comments_of_gone_entries(session, first, last)
    # These logs cannot be undone any more, so what they kept is not needed either.
    thaw_attachments(session, {*of_entries, *attachments_kept_by(session, logs)})
    return number


def detach_entries(session: Session, entries: ColumnElement[bool]) -> int:
    """They stay, and belong to no logged segment any more; how many there were. Plan:
    as `flag_entries`."""
    detached = (
        update(Entry)
        .where(entries)
        .values(logged_segment_entry_no=None)
        .returning(Entry.entry_no, _sign_of_life().label("sign"))
        .cte("detached")
    )
    delivery_detached = (
        update(Delivery)
        .where(Delivery.entry_no == detached.c.entry_no)
        .values(logged_segment_entry_no=None)
        .cte("delivery_detached")
    )
    counted = select(func.count()).select_from(detached).add_cte(delivery_detached)
    return session.execute(counted).scalar_one()


def _sign_of_life() -> ColumnElement[int | None]:
    """The entries of a log have consecutive numbers: every ten thousandth is told."""
    is_due = Entry.entry_no.op("%")(ANNOUNCE_EVERY) == 0
    return case(
        (is_due, func.rollcall_announce_progress(Entry.entry_no, ANNOUNCE_EVERY))
    )


def _by_log(written: CTE, *more: ColumnElement[int]) -> CTE:
    return (
        select(
            written.c.logged_segment_entry_no,
            func.count().label("entries"),
            *more,
        )
        .group_by(written.c.logged_segment_entry_no)
        .cte("by_log")
    )


def _total(session: Session, by_log: CTE, counted: CTE) -> int:
    return _written(session, by_log, (counted,))[0]


def _written(
    session: Session,
    by_log: CTE,
    written: Sequence[CTE],
    *more: ColumnElement[Any],
) -> tuple[int, Sequence[Any]]:
    """How many rows were written, and what else is asked for."""
    give_hash_memory(session)
    total = func.coalesce(func.sum(by_log.c.entries), 0)
    found, *others = session.execute(
        select(select(total).scalar_subquery(), *more).add_cte(*written)
    ).one()
    if (number := int(found)) > AT_ONCE:
        # Else the next one believes that hardly any entry is canceled, or still that
        # all are, and reads every canceled one to find those of one contact.
        tell_planner(session, Entry)
    # What the session has read of logged segments and entries is out of date.
    session.expire_all()
    return number, others


def _array_of(column: ColumnElement[int | None]) -> ColumnElement[Any]:
    """The different values, without NULL."""
    distinct = select(func.array_agg(column.distinct())).where(column.is_not(None))
    return func.coalesce(distinct.scalar_subquery(), literal([], ARRAY(BigInteger)))
