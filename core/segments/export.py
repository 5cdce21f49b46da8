"""The contacts of a segment as a table: a row for each line (EXP-001)."""

from typing import Any

from sqlalchemy import Select, String, func, select
from sqlalchemy.orm import aliased

from core.contacts.models import Contact
from core.copy_out import harmless
from core.segments.live import in_force
from core.segments.models import Segment, SegmentLine

COLUMNS = (
    "no",
    "name",
    "name_2",
    "address",
    "address_2",
    "city",
    "post_code",
    "county",
    "country_region_code",
    "phone_no",
    "mobile_phone_no",
    "email",
    "email_2",
    "home_page",
    "territory_code",
    "language_code",
    "salesperson_code",
    "type",
    "first_name",
    "middle_name",
    "surname",
    "job_title",
    "initials",
    "search_name",
    "organizational_level_code",
    "exclude_from_segment",
    "correspondence_type",
    "salutation_code",
)
"""Named like the fields, so that the contacts can be imported elsewhere. Type and
correspondence type are numbers, as the rule has it."""


def export_rows(segment: Segment) -> Select[Any]:
    """In line order; a contact on two lines comes twice. Texts that a spreadsheet would
    run are defused.

    Plan (a million lines): lines, contacts and companies meet in hash joins and are
    sorted once, on disk where they have to be; the rows leave as they are read.
    """
    company = aliased(Contact, name="company")
    columns = {name: getattr(Contact, name) for name in COLUMNS} | {
        "company_no": func.coalesce(company.no, ""),
        "company_name": func.coalesce(company.name, ""),
    }
    return (
        select(
            *(
                (harmless(column) if isinstance(column.type, String) else column).label(
                    name
                )
                for name, column in columns.items()
            )
        )
        .select_from(SegmentLine)
        .join(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(company, company.id == Contact.company_id)
        .where(SegmentLine.segment_id == segment.id, in_force(segment))
        .order_by(SegmentLine.line_no)
    )
