"""What is printed of a segment: a list of its contacts (REP-001) and labels with their
addresses (REP-002). Page by page, however long the segment is."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from core.contacts.models import Contact, ContactAltAddress
from core.interactions.models import InteractionLogEntry
from core.segments.few_lines import only_lines
from core.segments.live import in_force
from core.segments.models import Segment, SegmentLine
from core.segments.resolve import resolved_lines
from core.vocabulary import ContactType

Company = aliased(Contact, name="company")


class Label(NamedTuple):
    line_no: int
    address: tuple[str, ...]
    "The lines to print, without blank ones."


def labels(
    session: Session, segment: Segment, *, after_line: int, limit: int
) -> Sequence[Label]:
    """In line order. The alternative address is the line's own, else the one in use on
    the line's date (LINE-025); of a person the company stands above the name."""
    shown = resolved_lines(segment.id)
    alternative = ContactAltAddress
    has_alternative = alternative.code.is_not(None)

    def either(name: str) -> ColumnElement[str]:
        return case(
            (has_alternative, getattr(alternative, name)), else_=getattr(Contact, name)
        )

    company_name = case(
        (
            and_(has_alternative, alternative.company_name != ""),
            alternative.company_name,
        ),
        (Contact.type == int(ContactType.PERSON), func.coalesce(Company.name, "")),
        else_="",
    )
    town = func.concat_ws(
        " ",
        func.nullif(either("post_code"), ""),
        func.nullif(either("city"), ""),
    )
    rows = (
        select(
            shown.c.line_no,
            company_name,
            Contact.name,
            Contact.name_2,
            either("address"),
            either("address_2"),
            town,
            either("county"),
            either("country_region_code"),
        )
        .select_from(shown)
        .join(Contact, Contact.id == shown.c.contact_id)
        .outerjoin(Company, Company.id == Contact.company_id)
        .outerjoin(
            alternative,
            and_(
                alternative.contact_id == Contact.id,
                alternative.code == shown.c.contact_alt_address_code,
            ),
        )
        .order_by(shown.c.line_no)
    )
    line_nos = list(session.scalars(_page_by_line(segment, after_line, limit)))
    these = SegmentLine.line_no.in_(line_nos)
    found = session.execute(only_lines(rows, segment.id, these))
    return [Label(row[0], tuple(filter(None, row[1:]))) for row in found]


def _page_by_line(segment: Segment, after_line: int, limit: int) -> Select[int]:
    return (
        select(SegmentLine.line_no)
        .where(
            SegmentLine.segment_id == segment.id,
            in_force(segment),
            SegmentLine.line_no > after_line,
        )
        .order_by(SegmentLine.line_no)
        .limit(limit)
    )


def contact_list(
    session: Session, segment: Segment, *, after: tuple[str, int], limit: int
) -> Sequence[Row[Any]]:
    """By number of the contact: Contact, its company's name, line_no, salesperson_code
    and cost of the line, interactions with the contact and their cost."""
    line_nos = list(session.scalars(_page_by_contact(segment, after, limit)))
    shown = resolved_lines(segment.id)
    interactions, cost = _interactions()
    rows = (
        select(
            Contact,
            func.coalesce(Company.name, "").label("company_name"),
            shown.c.line_no,
            shown.c.salesperson_code,
            shown.c.cost,
            interactions.label("interactions"),
            cost.label("interaction_cost"),
        )
        .select_from(shown)
        .join(Contact, Contact.id == shown.c.contact_id)
        .outerjoin(Company, Company.id == Contact.company_id)
        .order_by(Contact.no, shown.c.line_no)
    )
    these = SegmentLine.line_no.in_(line_nos)
    return session.execute(only_lines(rows, segment.id, these)).all()


def _page_by_contact(
    segment: Segment, after: tuple[str, int], limit: int
) -> Select[int]:
    """Plan: contacts come in the order of their numbers, each looks up its lines."""
    return (
        select(SegmentLine.line_no)
        .join(Contact, Contact.id == SegmentLine.contact_id)
        .where(
            SegmentLine.segment_id == segment.id,
            in_force(segment),
            # The first half alone is what the index begins with.
            Contact.no >= after[0],
            or_(Contact.no > after[0], SegmentLine.line_no > after[1]),
        )
        .order_by(Contact.no, SegmentLine.line_no)
        .limit(limit)
    )


def _interactions() -> tuple[ColumnElement[int], ColumnElement[Any]]:
    """A company's include those of its people (STAT-005)."""
    entry = InteractionLogEntry
    counts = ~entry.canceled & ~entry.postponed
    of_company = entry.contact_company_id == Contact.id
    of_person = and_(
        entry.contact_id == Contact.id,
        entry.contact_company_id.is_not_distinct_from(Contact.company_id),
    )

    def of_contact(value: ColumnElement[Any]) -> ColumnElement[Any]:
        company, person = (
            select(value).where(counts, whose).correlate(Contact).scalar_subquery()
            for whose in (of_company, of_person)
        )
        return case((Contact.type == int(ContactType.COMPANY), company), else_=person)

    number: ColumnElement[Any] = func.count()
    return of_contact(number), of_contact(func.coalesce(func.sum(entry.cost), 0))
