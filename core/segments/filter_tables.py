"""What contacts can be filtered by: tables, their fields, and how each table's rows
belong to a contact (CRIT-002).

Field names come from these lists and never from the text of a filter (TRAP-10).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import ColumnElement, String, exists, func, not_, select, type_coerce
from sqlalchemy.orm import aliased

from core.base import Base
from core.contacts.classification.models import (
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
)
from core.contacts.models import Contact
from core.interactions.models import InteractionLogEntry
from core.segments.filter_values import (
    CODE,
    DAY,
    FLAG,
    NUMBER,
    PART,
    TEXT,
    Column,
    Kind,
    words,
)
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine
from core.vocabulary import (
    ContactType,
    CorrespondenceType,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    LinkToTable,
)

Condition = ColumnElement[bool]

Company = aliased(Contact, name="company_of_contact")
Member = aliased(SegmentLine, name="line_of_contact")
MembersSegment = aliased(Segment, name="segment_of_contact")


def _itself(condition: Condition) -> Condition:
    return condition


@dataclass(frozen=True, slots=True)
class FilterField:
    column: Column
    kind: Kind
    of_contact: Callable[[Condition], Condition] = _itself
    "Makes a condition on the column one on the table's own row."


@dataclass(frozen=True, slots=True)
class FilterTable:
    fields: Mapping[str, FilterField]
    of_contact: Callable[[Condition], Condition]
    "Makes a condition on a row one on the contact: it has at least one such row."


def _by_company(condition: Condition) -> Condition:
    return Contact.company_id.in_(select(Company.id).where(condition))


def _in_segment(condition: Condition) -> Condition:
    """On a line in force of such a segment; logged ones have no lines any more."""
    return exists(
        select(Member.line_no)
        .join(MembersSegment, MembersSegment.id == Member.segment_id)
        .where(
            Member.contact_id == Contact.id, condition, is_live(Member, MembersSegment)
        )
        .correlate(Contact)
    )


def _not_in_segment(condition: Condition) -> Condition:
    return not_(_in_segment(condition))


def _rows_of(link: type[Base], belongs: Condition) -> Callable[[Condition], Condition]:
    return lambda condition: (
        exists().select_from(link).where(belongs, condition).correlate(Contact)
    )


def _fields(
    codes: Mapping[str, Column], **others: tuple[Column, Kind]
) -> dict[str, FilterField]:
    found = {name: FilterField(column, CODE) for name, column in codes.items()}
    return found | {name: FilterField(*pair) for name, pair in others.items()}


def _word(column: Column, enumeration: type[IntEnum]) -> tuple[Column, Kind]:
    return column, words(enumeration)


_entry = InteractionLogEntry

_ANY_NAME = type_coerce(
    # No value of a filter holds the sign between them.
    func.concat_ws(func.chr(10), Contact.no, Contact.name, Contact.email),
    String,
)

TABLES: Mapping[str, FilterTable] = {
    "contact": FilterTable(
        _fields(
            {
                "no": Contact.no,
                "search_name": Contact.search_name,
                "salesperson_code": Contact.salesperson_code,
                "territory_code": Contact.territory_code,
                "language_code": Contact.language_code,
                "post_code": Contact.post_code,
                "country_region_code": Contact.country_region_code,
                "salutation_code": Contact.salutation_code,
                "organizational_level_code": Contact.organizational_level_code,
            },
            text=(_ANY_NAME, PART),
            name=(Contact.name, TEXT),
            city=(Contact.city, TEXT),
            county=(Contact.county, TEXT),
            email=(Contact.email, TEXT),
            job_title=(Contact.job_title, TEXT),
            type=_word(Contact.type, ContactType),
            correspondence_type=_word(Contact.correspondence_type, CorrespondenceType),
            exclude_from_segment=(Contact.exclude_from_segment, FLAG),
            privacy_blocked=(Contact.privacy_blocked, FLAG),
        )
        | {
            "company_no": FilterField(Company.no, CODE, _by_company),
            "company_name": FilterField(Company.name, TEXT, _by_company),
        },
        _itself,
    ),
    "profile_answer": FilterTable(
        _fields(
            {"questionnaire_code": ContactProfileAnswer.questionnaire_code},
            line_no=(ContactProfileAnswer.line_no, NUMBER),
        ),
        _rows_of(ContactProfileAnswer, ContactProfileAnswer.contact_id == Contact.id),
    ),
    "mailing_group": FilterTable(
        _fields({"code": ContactMailingGroup.code}),
        _rows_of(ContactMailingGroup, ContactMailingGroup.contact_id == Contact.id),
    ),
    # All entries count, canceled and postponed ones too (CRIT-003), but only those
    # made with the company the contact has now.
    "interaction_log_entry": FilterTable(
        _fields(
            {
                "segment_no": _entry.segment_no,
                "campaign_no": _entry.campaign_no,
                "interaction_template_code": _entry.interaction_template_code,
                "interaction_group_code": _entry.interaction_group_code,
                "salesperson_code": _entry.salesperson_code,
            },
            date=(_entry.date, DAY),
            logged_segment_entry_no=(_entry.logged_segment_entry_no, NUMBER),
            evaluation=_word(_entry.evaluation, Evaluation),
            information_flow=_word(_entry.information_flow, InformationFlow),
            initiated_by=_word(_entry.initiated_by, InitiatedBy),
            correspondence_type=_word(_entry.correspondence_type, CorrespondenceType),
            campaign_response=(_entry.campaign_response, FLAG),
            campaign_target=(_entry.campaign_target, FLAG),
            attempt_failed=(_entry.attempt_failed, FLAG),
            canceled=(_entry.canceled, FLAG),
        ),
        _rows_of(
            _entry,
            (_entry.contact_id == Contact.id)
            & _entry.contact_company_id.is_not_distinct_from(Contact.company_id),
        ),
    ),
    "job_responsibility": FilterTable(
        _fields({"code": ContactJobResponsibility.code}),
        _rows_of(
            ContactJobResponsibility, ContactJobResponsibility.contact_id == Contact.id
        ),
    ),
    # People have those of their company; without one they match none.
    "industry_group": FilterTable(
        _fields({"code": ContactIndustryGroup.code}),
        _rows_of(
            ContactIndustryGroup, ContactIndustryGroup.contact_id == Contact.company_id
        ),
    ),
    "business_relation": FilterTable(
        _fields(
            {"code": ContactBusinessRelation.code, "no": ContactBusinessRelation.no},
            link_to_table=_word(ContactBusinessRelation.link_to_table, LinkToTable),
        ),
        _rows_of(
            ContactBusinessRelation,
            ContactBusinessRelation.contact_id == Contact.company_id,
        ),
    ),
    # Each field for itself: in one of these, also in one of those, in none of others.
    "segment": FilterTable(
        {
            "no": FilterField(MembersSegment.no, CODE, _in_segment),
            "also_in": FilterField(MembersSegment.no, CODE, _in_segment),
            "not_in": FilterField(MembersSegment.no, CODE, _not_in_segment),
        },
        _itself,
    ),
}
