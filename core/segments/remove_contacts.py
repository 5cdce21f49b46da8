"""Reduce (take out what matches) and refine (keep only what matches), CRIT-020…024."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    cast,
    exists,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.models import Contact
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.add_contacts import contacts_closed_over_companies
from core.segments.bulk import announced, give_hash_memory
from core.segments.contact_filter import Filters, contacts_matching
from core.segments.live import LINE_STEP, in_force
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind


def reduce_contacts(
    session: Session,
    actor: Actor,
    segment: Segment,
    filters: Filters,
    options: ActionOptions,
) -> SegmentAction:
    """Take out every line whose contact matches."""
    matching = lines_matching(contacts_matching(filters), options)
    action = begin_action(
        session, actor, segment, NewAction(ActionKind.REDUCE_CONTACTS, filters, options)
    )
    _remove(session, segment, action, matching)
    return action


def refine_contacts(
    session: Session,
    actor: Actor,
    segment: Segment,
    filters: Filters,
    options: ActionOptions,
) -> SegmentAction:
    """Keep only the lines whose contact matches."""
    matching = lines_matching(contacts_matching(filters), options)
    action = begin_action(
        session, actor, segment, NewAction(ActionKind.REFINE_CONTACTS, filters, options)
    )
    _remove(session, segment, action, not_(matching))
    return action


def lines_to_remove(
    segment: Segment, kind: ActionKind, filters: Filters, options: ActionOptions
) -> Select[int]:
    """The numbers of the lines in force that the action would take out."""
    meant = lines_matching(contacts_matching(filters), options)
    if kind is ActionKind.REFINE_CONTACTS:
        meant = not_(meant)
    return select(SegmentLine.line_no).where(
        SegmentLine.segment_id == segment.id, in_force(segment), meant
    )


def lines_matching(
    matches: ColumnElement[bool], options: ActionOptions
) -> ColumnElement[bool]:
    """The condition on `segment_line` for lines whose contacts are meant.

    Asked as "is there such a contact", so that a million lines are hashed against the
    contacts once for Reduce and once for Refine, whatever their number.
    """
    if not options.entire_companies:
        return (
            exists()
            .select_from(Contact)
            .where(Contact.id == SegmentLine.contact_id, matches)
            .correlate(SegmentLine)
        )
    # Whole companies go together (CRIT-021); who has none stands alone (CRIT-027).
    meant = contacts_closed_over_companies(matches).subquery("meant")
    return exists().where(meant.c[0] == SegmentLine.contact_id).correlate(SegmentLine)


def _remove(
    session: Session,
    segment: Segment,
    action: SegmentAction,
    which: ColumnElement[bool],
) -> None:
    # `begin_action` discarded all that lay ahead, so a line is live exactly when
    # nothing removed it.
    give_hash_memory(session)
    # The place of a line follows from its number, so nothing has to be counted to tell
    # how far the statement is.
    position = SegmentLine.line_no.op("/")(LINE_STEP)
    removed_by = announced(literal(action.action_no, BigInteger), position)
    action.lines_changed = rows_written(
        session,
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.removed_by.is_(None),
            which,
        )
        .values(removed_by=cast(removed_by, Integer)),
    )
