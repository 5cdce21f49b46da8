"""What a line says, once its own values, the header and the contact are combined.

This is the only place that knows the order of precedence. The line list, the
totals, the preflight and the log all select from it, so they cannot disagree.

Precedence, first that is set wins (NULL on a line means "not set"; a blank the
user chose is set):

    template                    line, header
    date                        line, header
    description, campaign       line, header, the line's own template
    salesperson                 line, header, contact
    group, cost, duration,      line, the line's own template, header
      flow, initiated by,
      target, response
    correspondence type         line, LINE-020 or (own template) LINE-045
    language, then attachment   line, LINE-030
      and subject
    alternative address         line, the one active on the date (LINE-025)
"""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    join,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlalchemy.sql.visitors import replacement_traverse

from core.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressDateRange,
)
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.segments.live import in_force, is_live
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentLanguage,
    SegmentLine,
    is_personal,
)
from core.vocabulary import CorrespondenceType

BLANKED_DATE = "-infinity"
"""Stored on a line whose date the user blanked; never leaves this package."""

NO_ATTACHMENT = 0
"""The same for a line whose attachment was taken away."""


class Part(Enum):
    PLAIN = "plain"
    "Lines without any own value."
    PERSONAL = "personal"


OwnTemplate = aliased(InteractionTemplate, name="own_template")
HeaderTemplate = aliased(InteractionTemplate, name="header_template")
OwnLanguage = aliased(InteractionTemplateLanguage, name="own_language")
OwnAddress = aliased(ContactAltAddress, name="own_address")
HeaderLanguage = aliased(SegmentLanguage, name="header_language")

_OWN_SOURCES = frozenset(
    {"own_template", "own_language", "fallback_language", "on_own_date", "own_address"}
)
"""Where else only a personal line takes values from."""


@lru_cache(maxsize=32)
def resolved_lines(segment_id: int) -> Subquery:
    """One row per live line of the segment, every value resolved.

    Remembered, since to put the expression together takes as long as to answer it for
    a page of lines. It never changes: whoever needs it twice in one statement takes an
    alias.
    """
    lines = join(Segment, SegmentLine, SegmentLine.segment_id == Segment.id)
    header_date = select(Segment.date).where(Segment.id == segment_id).scalar_subquery()
    resolved = _resolved(segment_id, lines, header_date, lambda value: value)
    return resolved.where(Segment.id == segment_id, is_live()).subquery("resolved")


def resolved_part(segment: Segment, part: Part) -> Subquery:
    """The same for statements that read every line of a segment, which then come in
    two parts.

    The values of the header, which the caller holds locked, stand in the statement
    itself: they are reckoned with once and not for each line. Of plain lines nothing
    is asked that only a personal line can say.

    Plan (a million lines, a million contacts): lines and contacts are read once each
    and meet in one hash join. The alternative addresses join as a small set instead
    of a look-up per line, which would cost a second.
    """

    def known(value: ColumnElement[Any]) -> ColumnElement[Any]:
        told = _with_header(value, segment)
        return _without_own(told) if part is Part.PLAIN else told

    header_date = literal(segment.date, Date)
    lines = SegmentLine.__table__
    # IS NOT TRUE, since of a plain NOT the planner expects a third of the lines.
    is_meant = is_personal() if part is Part.PERSONAL else is_personal().is_not(true())
    resolved = _resolved(
        segment.id, lines, header_date, known, with_own=part is Part.PERSONAL
    )
    return resolved.where(
        SegmentLine.segment_id == segment.id, in_force(segment), is_meant
    ).subquery("resolved")


def _with_header(value: ColumnElement[Any], segment: Segment) -> ColumnElement[Any]:
    def told(column: ColumnClause[Any]) -> ColumnElement[Any] | None:
        if _source_of(column) != Segment.__tablename__:
            return None
        return literal(getattr(segment, column.name), column.type)

    return _rewritten(value, told)


def _without_own(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same expression for a line that sets nothing itself: NULL stands where its
    own values and those of its own template would, and the planner folds it away."""

    def nothing(column: ColumnClause[Any]) -> ColumnElement[Any] | None:
        is_own = _source_of(column) in _OWN_SOURCES or (
            _source_of(column) == SegmentLine.__tablename__ and column.name in OVERRIDES
        )
        return cast(null(), column.type) if is_own else None

    return _rewritten(value, nothing)


def _source_of(column: ColumnClause[Any]) -> str:
    name: str = getattr(column.table, "name", "")
    return name


def _rewritten(
    value: ColumnElement[Any],
    replace: Callable[[ColumnClause[Any]], ColumnElement[Any] | None],
) -> ColumnElement[Any]:
    def column_replaced(
        element: object, **_options: object
    ) -> ColumnElement[Any] | None:
        return replace(element) if isinstance(element, ColumnClause) else None

    changed: ColumnElement[Any] = replacement_traverse(value, {}, column_replaced)
    return changed


def _resolved(
    segment_id: int,
    lines: FromClause,
    header_date: ColumnElement[Any],
    known: Callable[[ColumnElement[Any]], ColumnElement[Any]],
    *,
    with_own: bool = True,
) -> Select[Any]:
    on_header_date = _addresses_on_header_date(header_date)
    on_own_date = _addresses_on_own_dates(segment_id)
    fallback = _fallback_languages()
    values = _values(on_header_date, on_own_date, fallback)
    header_template = known(Segment.interaction_template_code.expression)
    header_language = known(_header_language(segment_id))
    resolved: Select[Any] = (
        select(*(known(value).label(name) for name, value in values.items()))
        .select_from(lines)
        .outerjoin(HeaderTemplate, HeaderTemplate.code == header_template)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(
            HeaderLanguage,
            and_(
                HeaderLanguage.segment_id == segment_id,
                HeaderLanguage.language_code == header_language,
            ),
        )
        .outerjoin(
            on_header_date, on_header_date.c.contact_id == SegmentLine.contact_id
        )
    )
    return _with_own(resolved, on_own_date, fallback) if with_own else resolved


def _with_own(
    resolved: Select[Any], on_own_date: Subquery, fallback: Subquery
) -> Select[Any]:
    return (
        resolved.outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .outerjoin(
            OwnLanguage,
            and_(
                OwnLanguage.interaction_template_code == OwnTemplate.code,
                OwnLanguage.language_code
                == func.coalesce(SegmentLine.language_code, Contact.language_code),
            ),
        )
        .outerjoin(
            fallback,
            and_(
                SegmentLine.language_code.is_(None),
                fallback.c.interaction_template_code == OwnTemplate.code,
            ),
        )
        .outerjoin(on_own_date, on_own_date.c.line_no == SegmentLine.line_no)
        .outerjoin(
            OwnAddress,
            and_(
                OwnAddress.contact_id == SegmentLine.contact_id,
                OwnAddress.code == SegmentLine.contact_alt_address_code,
            ),
        )
    )


def _values(
    on_header_date: Subquery, on_own_date: Subquery, fallback: Subquery
) -> dict[str, ColumnElement[Any]]:
    values: dict[str, Any] = {
        "segment_id": SegmentLine.segment_id,
        "line_no": SegmentLine.line_no,
        "contact_id": SegmentLine.contact_id,
        "contact_company_id": Contact.company_id,
        "existing_contact_id": Contact.id,
        "contact_no": Contact.no,
        "contact_email": Contact.email,
        "privacy_blocked": Contact.privacy_blocked,
        "date": _date(),
        "interaction_template_code": template_of_line(),
        "description": _description(),
        "interaction_group_code": _own_template_then_header("interaction_group_code"),
        "cost": func.coalesce(
            SegmentLine.cost, OwnTemplate.unit_cost, Segment.unit_cost
        ),
        "duration": func.coalesce(
            SegmentLine.duration, OwnTemplate.unit_duration, Segment.unit_duration
        ),
        "information_flow": _own_template_then_header("information_flow"),
        "initiated_by": _own_template_then_header("initiated_by"),
        "campaign_target": target_of_line(),
        "campaign_response": _own_template_then_header("campaign_response"),
        "campaign_no": campaign_of_line(),
        "salesperson_code": salesperson_of_line(),
        "correspondence_type": _correspondence_type(),
        "language_code": _language(fallback),
        "subject": func.coalesce(
            SegmentLine.subject,
            case(
                (OwnTemplate.code.is_not(None), ""),
                (HeaderLanguage.language_code.is_not(None), HeaderLanguage.subject),
                # A language of its own in which there is no content (LINE-052).
                (SegmentLine.language_code.is_not(None), ""),
                else_=Segment.subject_default,
            ),
        ),
        "attachment_id": func.nullif(
            func.coalesce(
                SegmentLine.attachment_id,
                case(
                    (OwnLanguage.language_code.is_not(None), OwnLanguage.attachment_id),
                    (OwnTemplate.code.is_not(None), fallback.c.attachment_id),
                    else_=HeaderLanguage.attachment_id,
                ),
            ),
            NO_ATTACHMENT,
        ),
        "contact_alt_address_code": func.coalesce(
            SegmentLine.contact_alt_address_code,
            case(
                (SegmentLine.date.is_(None), on_header_date.c.code),
                else_=on_own_date.c.code,
            ),
            "",
        ),
        "contact_alt_address_email": case(
            (SegmentLine.contact_alt_address_code.is_not(None), OwnAddress.email),
            (SegmentLine.date.is_(None), on_header_date.c.email),
            else_=on_own_date.c.email,
        ),
        "evaluation": func.coalesce(SegmentLine.evaluation, 0),
        "time_of_interaction": SegmentLine.time_of_interaction,
        "attempt_failed": func.coalesce(SegmentLine.attempt_failed, False),
        "contact_via": func.coalesce(SegmentLine.contact_via, ""),
        "send_word_docs_as_attmt": Segment.send_word_docs_as_attmt,
    }
    return {name: value.expression for name, value in values.items()}


def campaign_of_line() -> ColumnElement[str]:
    """A line without any campaign resolves to blank (LINE-046)."""
    return func.coalesce(
        SegmentLine.campaign_no,
        func.nullif(Segment.campaign_no, ""),
        OwnTemplate.campaign_no,
        "",
    )


def target_of_line() -> ColumnElement[bool]:
    return _own_template_then_header("campaign_target")


def _description() -> ColumnElement[str]:
    return func.coalesce(
        SegmentLine.description,
        func.nullif(Segment.description, ""),
        OwnTemplate.description,
        "",
    )


def template_of_line() -> ColumnElement[str]:
    return func.coalesce(
        SegmentLine.interaction_template_code, Segment.interaction_template_code
    )


def salesperson_of_line() -> ColumnElement[str]:
    return func.coalesce(
        SegmentLine.salesperson_code,
        func.nullif(Segment.salesperson_code, ""),
        Contact.salesperson_code,
        "",
    )


def _date() -> ColumnElement[object]:
    return func.nullif(
        func.coalesce(SegmentLine.date, Segment.date), cast(BLANKED_DATE, Date)
    )


def _own_template_then_header(name: str) -> ColumnElement[Any]:
    return func.coalesce(
        getattr(SegmentLine, name), getattr(OwnTemplate, name), getattr(Segment, name)
    )


def _correspondence_type() -> ColumnElement[int]:
    blank = literal(int(CorrespondenceType.BLANK))
    contact_type = func.coalesce(Contact.correspondence_type, blank)
    own_default = OwnTemplate.correspondence_type_default
    return func.coalesce(
        SegmentLine.correspondence_type,
        case(
            (
                and_(
                    Segment.ignore_contact_corres_type,
                    Segment.correspondence_type_default != blank,
                ),
                Segment.correspondence_type_default,
            ),
            # LINE-045: the line's own template.
            (
                and_(
                    OwnTemplate.code.is_not(None),
                    or_(
                        OwnTemplate.ignore_contact_corres_type,
                        and_(contact_type == blank, own_default != blank),
                    ),
                ),
                own_default,
            ),
            (
                and_(OwnTemplate.code.is_not(None), contact_type != blank),
                contact_type,
            ),
            # Neither has a say: as it would be without that template.
            # LINE-020: the header's template, read from the template itself.
            (
                and_(
                    HeaderTemplate.code.is_not(None),
                    or_(
                        HeaderTemplate.ignore_contact_corres_type,
                        contact_type == blank,
                    ),
                ),
                HeaderTemplate.correspondence_type_default,
            ),
            else_=contact_type,
        ),
    )


def _header_language(segment_id: int) -> ColumnElement[str]:
    """LINE-030, first half: the contact's language where the segment has content
    in it, else the header's."""
    offered = select(SegmentLanguage.language_code).where(
        SegmentLanguage.segment_id == segment_id
    )
    return func.coalesce(
        SegmentLine.language_code,
        case(
            (Contact.language_code.in_(offered), Contact.language_code),
            else_=Segment.language_code_default,
        ),
    )


def _language(fallback: Subquery) -> ColumnElement[str]:
    """LINE-030 whole: a line with its own template takes the template's rows."""
    return func.coalesce(
        SegmentLine.language_code,
        case(
            (
                OwnTemplate.code.is_not(None),
                func.coalesce(OwnLanguage.language_code, fallback.c.language_code, ""),
            ),
            else_=func.coalesce(
                HeaderLanguage.language_code, Segment.language_code_default
            ),
        ),
    )


def _fallback_languages() -> Subquery:
    """Of each template the row for contacts whose language it lacks: that of its
    default language, else the first."""
    row, template = InteractionTemplateLanguage, aliased(InteractionTemplate)
    return (
        select(row.interaction_template_code, row.language_code, row.attachment_id)
        .ext(distinct_on(row.interaction_template_code))
        .join(template, template.code == row.interaction_template_code)
        .order_by(
            row.interaction_template_code,
            (row.language_code == template.language_code_default).desc(),
            row.language_code,
        )
        .subquery("fallback_language")
    )


def _addresses_on_header_date(header_date: ColumnElement[Any]) -> Subquery:
    ranges = ContactAltAddressDateRange
    return (
        select(ranges.contact_id, ranges.code, ContactAltAddress.email)
        .join(ContactAltAddress, _is_of(ranges))
        .ext(distinct_on(ranges.contact_id))
        .where(
            ranges.starting_date <= header_date,
            or_(ranges.ending_date.is_(None), ranges.ending_date >= header_date),
        )
        .order_by(ranges.contact_id, ranges.starting_date.desc())
        .subquery("on_header_date")
    )


def _addresses_on_own_dates(segment_id: int) -> Subquery:
    ranges = ContactAltAddressDateRange
    line = aliased(SegmentLine, name="dated_line")
    return (
        select(line.line_no, ranges.code, ContactAltAddress.email)
        .ext(distinct_on(line.line_no))
        .join(ranges, ranges.contact_id == line.contact_id)
        .join(ContactAltAddress, _is_of(ranges))
        .where(
            line.segment_id == segment_id,
            is_personal(line),  # as the partial index says
            line.date.is_not(None),
            ranges.starting_date <= line.date,
            or_(ranges.ending_date.is_(None), ranges.ending_date >= line.date),
        )
        .order_by(line.line_no, ranges.starting_date.desc())
        .subquery("on_own_date")
    )


def _is_of(ranges: type[ContactAltAddressDateRange]) -> ColumnElement[bool]:
    return and_(
        ContactAltAddress.contact_id == ranges.contact_id,
        ContactAltAddress.code == ranges.code,
    )
