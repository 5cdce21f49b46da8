"""Add every contact that matches a filter, in one statement (CRIT-010…016)."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    case,
    collate,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.access.actor import Actor
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.bulk import announced, give_hash_memory
from core.segments.contact_filter import Filters, contacts_matching
from core.segments.live import LINE_STEP, in_force
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind, ContactType

_HAS_COMPANY = Contact.company_id.is_not(None)


def name_order(name: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Case-insensitive, accents right after their letter, and the same on every
    server whatever its locale (TRAP-25). Only names with other letters than the plain
    ones need to be taken apart, which costs ten times as much as all the rest."""
    folded = func.casefold(collate(name, "pg_unicode_fast"))
    is_plain = func.octet_length(name) == func.char_length(name)
    apart = func.normalize(folded, literal_column("NFD"))
    return collate(case((is_plain, folded), else_=apart), "C")


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
    give_hash_memory(session)
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
    # A company is its own company, so only companies have to be looked up.
    is_company = company.type == ContactType.COMPANY
    new_lines = wanted.outerjoin(
        company, and_(company.id == Contact.company_id, is_company)
    ).with_only_columns(
        literal(segment.id, BigInteger),
        announced(last_line_no + position * LINE_STEP, position),
        Contact.id,
        literal(action.action_no, Integer),
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
    statement = contacts_chosen(filters, options)
    if not options.ignore_exclusion:  # Last, so that a company still brings in
        # its people when it is itself excluded (CRIT-012).
        statement = statement.where(not_(Contact.exclude_from_segment))
    if not options.allow_existing_contacts:
        statement = statement.where(not_(is_in_segment(segment)))
    return statement


def contacts_chosen(filters: Filters, options: ActionOptions) -> Select[int]:
    """The ids that match, with the companies the options bring along, each once.

    Plan: the two halves of a union exclude each other, so nothing has to be compared
    for doubles, and each half is one pass with one hash table.
    """
    matches = contacts_matching(filters)
    if options.expand_companies:  # CRIT-010; includes the companies themselves.
        chosen = contacts_closed_over_companies(matches)
    elif options.allow_related_companies:  # CRIT-011
        companies = select(Contact.company_id).where(matches, _HAS_COMPANY)
        chosen = union(select(Contact.id).where(matches), companies)
    else:
        return select(Contact.id).where(matches)
    return select(Contact.id).where(Contact.id.in_(chosen))


def contacts_closed_over_companies(
    matches: ColumnElement[bool],
) -> CompoundSelect[int]:
    """The ids that match, with everybody of their companies."""
    of_matching = aliased(Contact, name="of_matching")
    companies = select(Contact.company_id).where(matches, _HAS_COMPANY)
    return union_all(
        select(of_matching.id).where(of_matching.company_id.in_(companies)),
        select(Contact.id).where(matches, not_(_HAS_COMPANY)),
    )


def is_in_segment(segment: Segment) -> ColumnElement[bool]:
    """True for a contact on a line in force."""
    there = contacts_in(segment).subquery("there")
    return exists().where(there.c.contact_id == Contact.id).correlate(Contact)


def contacts_in(segment: Segment) -> Select[int]:
    """The ids of the contacts on lines in force, each once."""
    return (
        select(SegmentLine.contact_id)
        .where(SegmentLine.segment_id == segment.id, in_force(segment))
        .distinct()
    )


def highest_line_no(session: Session, segment: Segment) -> int:
    """The last number given, also to lines removed since: numbers are not reused."""
    statement = select(func.max(SegmentLine.line_no)).where(
        SegmentLine.segment_id == segment.id
    )
    return session.scalar(statement) or 0
