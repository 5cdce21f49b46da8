"""Add every contact that matches a filter, in one statement (CRIT-010…016)."""

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    collate,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from core.access.actor import Actor
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.rows import rows_written
from core.segments.actions import ActionOptions, NewAction, begin_action
from core.segments.bulk import announced, give_hash_memory, is_every_row_meant
from core.segments.contact_filter import Filters, contacts_matching
from core.segments.live import LINE_STEP, in_force
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.vocabulary import ActionKind, ContactType

_HAS_COMPANY = Contact.company_id.is_not(None)


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
    share_contacts(session)
    give_hash_memory(session)
    last_line_no = highest_line_no(session, segment)
    wanted = contacts_to_add(segment, filters, options, is_empty=not last_line_no)
    action = begin_action(
        session, actor, segment, NewAction(ActionKind.ADD_CONTACTS, filters, options)
    )
    chosen = _in_order(wanted, every_company=is_every_row_meant(session))
    new_lines = select(
        literal(segment.id, BigInteger),
        announced(last_line_no + chosen.c.position * LINE_STEP, chosen.c.position),
        chosen.c.id,
        literal(action.action_no, Integer),
    )
    columns = ["segment_id", "line_no", "contact_id", "added_by"]
    action.lines_changed = rows_written(
        session, insert(SegmentLine).from_select(columns, new_lines)
    )
    return action


def _in_order(wanted: Select[int], *, every_company: bool) -> Subquery:
    """The ids and their positions, from 1 (CRIT-014).

    Plan: company and type make one number, which the sort compares in place; it reads
    texts only where two contacts share it.
    """
    ranked = _companies_in_order(of=None if every_company else wanted)
    # Who has no company has a blank company name.
    rank_and_type = func.coalesce(ranked.c.rank, 0) * len(ContactType) + Contact.type
    order = (rank_and_type, Contact.name_order, collate(Contact.no, "C"))
    return (
        wanted.outerjoin(ranked, ranked.c.id == Contact.company_id)
        .add_columns(func.row_number().over(order_by=order).label("position"))
        .subquery("chosen")
    )


def _companies_in_order(of: Select[int] | None) -> CTE:
    """The companies of these contacts, or all, with their place among each other.

    Plan: an index has all companies in order; for some of them a few texts are sorted.
    What is left to compare for all contacts is a number, until two of them share their
    company. Where most contacts are added, finding out whose companies to rank takes
    longer (a second pass over the contacts and a hash of them) than ranking them all.
    """
    company = aliased(Contact, name="company")
    in_order = (company.name_order, collate(company.no, "C"))
    ranked = select(
        company.id, func.row_number().over(order_by=in_order).label("rank")
    ).where(company.type == ContactType.COMPANY)
    if of is not None:
        ranked = ranked.where(company.id.in_(of.with_only_columns(Contact.company_id)))
    return ranked.cte("ranked")


def contacts_to_add(
    segment: Segment,
    filters: Filters,
    options: ActionOptions,
    *,
    is_empty: bool = False,
) -> Select[int]:
    """The ids an Add with this filter and these options would add. Of a segment that
    never had a line no contact has to be looked up among its lines."""
    statement = contacts_chosen(filters, options)
    if not options.ignore_exclusion:  # Last, so that a company still brings in
        # its people when it is itself excluded (CRIT-012).
        statement = statement.where(not_(Contact.exclude_from_segment))
    if not (options.allow_existing_contacts or is_empty):
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
