"""Reduce (take out what matches) and refine (keep only what matches), CRIT-020…024."""

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.access.actor import Actor
from core.contacts.models import Contact
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.contact_filter import Filters, contacts_matching
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


def lines_matching(
    matches: ColumnElement[bool], options: ActionOptions
) -> ColumnElement[bool]:
    """The condition on `segment_line` for lines whose contacts are meant."""
    of_line = SegmentLine.contact_id
    if not options.entire_companies:
        return of_line.in_(select(Contact.id).where(matches))
    # Whole companies go together (CRIT-021); who has none stands alone (CRIT-027).
    member = aliased(Contact, name="member")
    companies = select(Contact.company_id).where(
        matches, Contact.company_id.is_not(None)
    )
    return or_(
        of_line.in_(select(member.id).where(member.company_id.in_(companies))),
        of_line.in_(
            select(Contact.id).where(and_(matches, Contact.company_id.is_(None)))
        ),
    )


def _remove(
    session: Session,
    segment: Segment,
    action: SegmentAction,
    which: ColumnElement[bool],
) -> None:
    # `begin_action` discarded all that lay ahead, so a line is live exactly when
    # nothing removed it.
    action.lines_changed = rows_written(
        session,
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.removed_by.is_(None),
            which,
        )
        .values(removed_by=action.action_no),
    )
