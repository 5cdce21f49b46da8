"""Add every contact that matches a filter, in one statement (CRIT-010…016)."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    collate,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.access.actor import Actor
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.contact_filter import Filters, contacts_matching
from core.segments.live import LINE_STEP, is_live
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind


def name_order(name: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Case-insensitive, accents right after their letter, and the same on every
    server whatever its locale (TRAP-25)."""
    folded = func.casefold(collate(name, "pg_unicode_fast"))
    return collate(func.normalize(folded, literal_column("NFD")), "C")


def add_contacts(
    session: Session,
    actor: Actor,
    segment: Segment,
    filters: Filters,
    options: ActionOptions,
) -> SegmentAction:
    """Add the matching contacts to the locked segment as its next action.

    The action's `lines_changed` is the number of lines added. Without
    `allow_existing_contacts` a second identical run adds nothing (INV-009).
    """
    wanted = contacts_to_add(segment, filters, options)
    share_contacts(session)
    last_line_no = highest_line_no(session, segment)
    action = begin_action(
        session, actor, segment, NewAction(ActionKind.ADD_CONTACTS, filters, options)
    )
    company = aliased(Contact, name="company")
    position = func.row_number().over(
        order_by=(  # CRIT-014
            name_order(company.name),
            collate(company.no, "C"),
            Contact.type,
            name_order(Contact.name),
            collate(Contact.no, "C"),
        )
    )
    new_lines = (
        select(
            literal(segment.id, BigInteger),
            last_line_no + position * LINE_STEP,
            Contact.id,
            literal(action.action_no, Integer),
        )
        .outerjoin(company, company.id == Contact.company_id)
        .where(Contact.id.in_(wanted))
    )
    columns = ["segment_id", "line_no", "contact_id", "added_by"]
    action.lines_changed = rows_written(
        session, insert(SegmentLine).from_select(columns, new_lines)
    )
    return action


def contacts_to_add(
    segment: Segment, filters: Filters, options: ActionOptions
) -> Select[int]:
    """The ids an Add with this filter and these options would add."""
    matches = contacts_matching(filters)
    wanted = _closed_over_companies(matches, options)
    statement = select(Contact.id).where(wanted)
    if not options.ignore_exclusion:  # Last, so that a company still brings in
        # its people when it is itself excluded (CRIT-012).
        statement = statement.where(not_(Contact.exclude_from_segment))
    if not options.allow_existing_contacts:
        statement = statement.where(Contact.id.not_in(live_contact_ids(segment)))
    return statement


def _closed_over_companies(
    matches: ColumnElement[bool], options: ActionOptions
) -> ColumnElement[bool]:
    companies = select(Contact.company_id).where(
        matches, Contact.company_id.is_not(None)
    )
    if options.expand_companies:  # CRIT-010; includes the companies themselves.
        return or_(matches, Contact.company_id.in_(companies))
    if options.allow_related_companies:  # CRIT-011
        return or_(matches, Contact.id.in_(companies))
    return matches


def live_contact_ids(segment: Segment) -> Select[int]:
    return (
        select(SegmentLine.contact_id)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(SegmentLine.segment_id == segment.id, is_live())
    )


def highest_line_no(session: Session, segment: Segment) -> int:
    """The last number given, also to lines removed since: numbers are not reused."""
    statement = select(func.max(SegmentLine.line_no)).where(
        SegmentLine.segment_id == segment.id
    )
    return session.scalar(statement) or 0
