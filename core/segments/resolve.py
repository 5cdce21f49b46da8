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
    language, then content      line, LINE-030
    alternative address         line, the one active on the date (LINE-025)
"""

from sqlalchemy import (
    ColumnElement,
    Date,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from core.contacts.models import Contact, ContactAltAddressDateRange
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLanguage, SegmentLine
from core.vocabulary import CorrespondenceType

BLANKED_DATE = "-infinity"
"""Stored on a line whose date the user blanked; never leaves this package."""

OwnTemplate = aliased(InteractionTemplate, name="own_template")
HeaderTemplate = aliased(InteractionTemplate, name="header_template")
OwnLanguage = aliased(InteractionTemplateLanguage, name="own_language")
HeaderLanguage = aliased(SegmentLanguage, name="header_language")


def resolved_lines(segment_id: int) -> Subquery:
    """One row per live line of the segment, every value resolved.

    Plan (a million lines, a million contacts): the header, the templates and the
    languages are a handful of rows; lines and contacts are read once each and
    meet in one hash join. The alternative addresses join as two small sets
    instead of a look-up per line, which would cost a second.
    """
    on_header_date = _addresses_on_header_date(segment_id)
    on_own_date = _addresses_on_own_dates(segment_id)
    fallback = _fallback_languages()
    return (
        select(
            SegmentLine.segment_id,
            SegmentLine.line_no,
            SegmentLine.contact_id,
            Contact.company_id.label("contact_company_id"),
            Contact.id.label("existing_contact_id"),
            Contact.no.label("contact_no"),
            Contact.email.label("contact_email"),
            Contact.privacy_blocked,
            _date().label("date"),
            _template().label("interaction_template_code"),
            _description().label("description"),
            _own_template_then_header("interaction_group_code"),
            func.coalesce(
                SegmentLine.cost, OwnTemplate.unit_cost, Segment.unit_cost
            ).label("cost"),
            func.coalesce(
                SegmentLine.duration, OwnTemplate.unit_duration, Segment.unit_duration
            ).label("duration"),
            _own_template_then_header("information_flow"),
            _own_template_then_header("initiated_by"),
            _own_template_then_header("campaign_target"),
            _own_template_then_header("campaign_response"),
            campaign_of_line().label("campaign_no"),
            func.coalesce(
                SegmentLine.salesperson_code,
                func.nullif(Segment.salesperson_code, ""),
                Contact.salesperson_code,
                "",
            ).label("salesperson_code"),
            _correspondence_type().label("correspondence_type"),
            _language(fallback).label("language_code"),
            func.coalesce(
                SegmentLine.subject,
                case(
                    (OwnTemplate.code.is_not(None), ""),
                    else_=func.coalesce(
                        HeaderLanguage.subject, Segment.subject_default
                    ),
                ),
            ).label("subject"),
            case(
                (OwnLanguage.language_code.is_not(None), OwnLanguage.attachment_id),
                (OwnTemplate.code.is_not(None), fallback.c.attachment_id),
                else_=HeaderLanguage.attachment_id,
            ).label("attachment_id"),
            func.coalesce(
                SegmentLine.contact_alt_address_code,
                case(
                    (SegmentLine.date.is_(None), on_header_date.c.code),
                    else_=on_own_date.c.code,
                ),
                "",
            ).label("contact_alt_address_code"),
            func.coalesce(SegmentLine.evaluation, 0).label("evaluation"),
            SegmentLine.time_of_interaction,
            func.coalesce(SegmentLine.attempt_failed, False).label("attempt_failed"),
            func.coalesce(SegmentLine.contact_via, "").label("contact_via"),
            Segment.send_word_docs_as_attmt,
        )
        .select_from(Segment)
        .join(SegmentLine, SegmentLine.segment_id == Segment.id)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(
            HeaderTemplate, HeaderTemplate.code == Segment.interaction_template_code
        )
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .outerjoin(
            HeaderLanguage,
            and_(
                HeaderLanguage.segment_id == Segment.id,
                HeaderLanguage.language_code == _header_language(segment_id),
            ),
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
        .outerjoin(
            on_header_date, on_header_date.c.contact_id == SegmentLine.contact_id
        )
        .outerjoin(on_own_date, on_own_date.c.line_no == SegmentLine.line_no)
        .where(Segment.id == segment_id, is_live())
        .subquery("resolved")
    )


def campaign_of_line() -> ColumnElement[str]:
    """A line without any campaign resolves to blank (LINE-046)."""
    return func.coalesce(
        SegmentLine.campaign_no,
        func.nullif(Segment.campaign_no, ""),
        OwnTemplate.campaign_no,
        "",
    )


def _description() -> ColumnElement[str]:
    return func.coalesce(
        SegmentLine.description,
        func.nullif(Segment.description, ""),
        OwnTemplate.description,
        "",
    )


def _template() -> ColumnElement[str]:
    return func.coalesce(
        SegmentLine.interaction_template_code, Segment.interaction_template_code
    )


def _date() -> ColumnElement[object]:
    return func.nullif(
        func.coalesce(SegmentLine.date, Segment.date), cast(BLANKED_DATE, Date)
    )


def _own_template_then_header(name: str) -> ColumnElement[object]:
    return func.coalesce(
        getattr(SegmentLine, name), getattr(OwnTemplate, name), getattr(Segment, name)
    ).label(name)


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
            (OwnTemplate.code.is_not(None), contact_type),
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


def _addresses_on_header_date(segment_id: int) -> Subquery:
    ranges = ContactAltAddressDateRange
    header_date = select(Segment.date).where(Segment.id == segment_id).scalar_subquery()
    return (
        select(ranges.contact_id, ranges.code)
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
        select(line.line_no, ranges.code)
        .ext(distinct_on(line.line_no))
        .join(ranges, ranges.contact_id == line.contact_id)
        .where(
            line.segment_id == segment_id,
            line.date.is_not(None),
            ranges.starting_date <= line.date,
            or_(ranges.ending_date.is_(None), ranges.ending_date >= line.date),
        )
        .order_by(line.line_no, ranges.starting_date.desc())
        .subquery("on_own_date")
    )
