"""The lines of a segment as lists show them, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from core.contacts.models import Contact
from core.segments.few_lines import only_lines
from core.segments.live import in_force
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentLanguage,
    SegmentLine,
    is_personal,
)
from core.segments.resolve import (
    resolved_lines,
    salesperson_of_line,
    template_of_line,
)
from core.vocabulary import ContactType, LineAttachmentKind


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of a segment a list shows."""

    after: int = 0
    "Line No. after which the page begins; 0 for the first page."
    limit: int = 50
    personal_only: bool = False
    contact: str = ""
    "Part of the contact's number or name."
    line_no: int | None = None
    "Exactly this line."
    line_nos: Collection[int] | None = None
    "Exactly these lines."
    own: str = ""
    "The field of OVERRIDES in which the lines have a value of their own."
    salesperson_code: str | None = None
    "What the lines show; '' for those that show none."
    interaction_template_code: str | None = None
    "The same."


def lines(session: Session, segment: Segment, wanted: LineFilter) -> Sequence[Row[Any]]:
    """The wanted lines as `shown_lines` gives them, in line order."""
    numbers = line_numbers(segment, wanted).order_by(SegmentLine.line_no)
    return shown_lines(
        session, segment, session.scalars(numbers.limit(wanted.limit)).all()
    )


def line_numbers(segment: Segment, wanted: LineFilter) -> Select[int]:
    """The numbers of the lines in force that the filter leaves."""
    statement = select(SegmentLine.line_no).where(
        SegmentLine.segment_id == segment.id,
        in_force(segment),
        SegmentLine.line_no > wanted.after,
    )
    if wanted.line_no is not None:
        statement = statement.where(SegmentLine.line_no == wanted.line_no)
    if wanted.line_nos is not None:
        statement = statement.where(SegmentLine.line_no.in_(wanted.line_nos))
    if wanted.personal_only:
        statement = statement.where(is_personal())
    if wanted.own:  # Said with the condition of the partial index.
        own = getattr(SegmentLine, wanted.own)
        statement = statement.where(is_personal(), own.is_not(None))
    return _by_what_is_shown(statement, wanted)


def _by_what_is_shown(statement: Select[int], wanted: LineFilter) -> Select[int]:
    shown = []
    if wanted.contact:
        shown.append(
            or_(
                Contact.no.icontains(wanted.contact, autoescape=True),
                Contact.name.icontains(wanted.contact, autoescape=True),
            )
        )
    if wanted.salesperson_code is not None:
        shown.append(salesperson_of_line() == wanted.salesperson_code)
    if wanted.interaction_template_code is not None:
        shown.append(template_of_line() == wanted.interaction_template_code)
    if not shown:
        return statement
    return (
        statement.join(Segment, Segment.id == SegmentLine.segment_id)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .where(*shown)
    )


def shown_lines(
    session: Session, segment: Segment, line_nos: Collection[int]
) -> Sequence[Row[Any]]:
    """Resolved lines, each with its contact's facts, the kind of its attachment, and
    `personal`: the names of its own values. In line order.

    Plan: the lines are chosen before, from their index; only they are resolved.
    """
    if not line_nos:
        return []
    these = SegmentLine.line_no.in_(line_nos)
    statement = only_lines(_shown(segment.id), segment.id, these)
    return session.execute(statement).all()


@lru_cache(maxsize=32)
def _shown(segment_id: int) -> Select[Any]:
    shown = resolved_lines(segment_id)
    company = aliased(Contact, name="company")
    is_person = Contact.type == int(ContactType.PERSON)
    return (
        select(
            *(column for column in shown.c if column.name != "contact_email"),
            func.coalesce(shown.c.contact_email, "").label("contact_email"),
            # The field shows a name for people only; companies have their own field.
            case((is_person, Contact.name), else_="").label("contact_name"),
            func.coalesce(company.no, "").label("contact_company_no"),
            func.coalesce(company.name, "").label("contact_company_name"),
            func.coalesce(Contact.phone_no, "").label("contact_phone_no"),
            func.coalesce(Contact.mobile_phone_no, "").label("contact_mobile_phone_no"),
            _attachment_kind(shown).label("attachment_kind"),
            _names_of_own_values().label("personal"),
        )
        .select_from(SegmentLine)
        .join(shown, shown.c.line_no == SegmentLine.line_no)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(company, company.id == Contact.company_id)
        .order_by(SegmentLine.line_no)
    )


def _attachment_kind(shown: Subquery) -> ColumnElement[int]:
    """Inherited is what the segment's content in the line's language holds; a line may
    have its own, or that of its own template (LANG-002, LANG-003)."""
    is_in_content = exists().where(
        SegmentLanguage.segment_id == shown.c.segment_id,
        SegmentLanguage.language_code == shown.c.language_code,
        SegmentLanguage.attachment_id == shown.c.attachment_id,
    )
    kind = LineAttachmentKind
    return case(
        (shown.c.attachment_id.is_(None), int(kind.BLANK)),
        (is_in_content, int(kind.INHERITED)),
        else_=int(kind.UNIQUE),
    )


def _names_of_own_values() -> ColumnElement[list[str]]:
    names = (
        case((getattr(SegmentLine, name).is_not(None), literal(name)))
        for name in OVERRIDES
    )
    return func.array_remove(array(tuple(names)), None)
