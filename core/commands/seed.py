"""What an empty installation starts with, so that the first segment can be logged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.base import Base
from core.contacts.classification.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
)
from core.contacts.models import Salesperson
from core.interactions.models import (
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.setup.models import (
    Language,
    MarketingSetup,
    Salutation,
    SalutationFormula,
    Territory,
)
from core.vocabulary import (
    CorrespondenceType,
    InformationFlow,
    InitiatedBy,
    NamePart,
    SalutationType,
)

Row = Mapping[str, object]


def seed(session: Session) -> None:
    """Add what is missing. What is there stays as it is, so it is safe to repeat."""
    for table, rows in STARTING_ROWS.items():
        _add_missing(session, table, rows)


def _add_missing(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    # Row by row: an insert of many rows takes its columns from the first.
    for row in rows:
        session.execute(insert(table).values(**row).on_conflict_do_nothing())


def _described(code_and_description: Mapping[str, str]) -> list[Row]:
    return [
        {"code": code, "description": description}
        for code, description in code_and_description.items()
    ]


NAME_IN_FULL = (NamePart.FIRST_NAME, NamePart.MIDDLE_NAME, NamePart.SURNAME)


def _formula(code: str, kind: str, text: str, *names: NamePart, to: str = "") -> Row:
    return {
        "salutation_code": code,
        "type": SalutationType[kind.upper()],
        "language_code": to,
        "text": text,
        **{f"name_{place}": name for place, name in enumerate(names, start=1)},
    }


def _series(code: str, description: str) -> Row:
    return {"code": code, "description": description, "manual_nos": True}


def _series_line(code: str, first: str, last: str, warning: str) -> Row:
    return {
        "series_code": code,
        "line_no": 10000,
        "starting_no": first,
        "ending_no": last,
        "warning_no": warning,
    }


def _salesperson(code: str, name: str, job_title: str) -> Row:
    first_name = name.split(maxsplit=1)[0].lower()
    return {
        "code": code,
        "name": name,
        "job_title": job_title,
        "email": f"{first_name}@rollcall.example",
    }


def _template(  # noqa: PLR0913, PLR0917  a line of the table below
    code: str,
    group: str,
    description: str,
    cost: int,
    minutes: int,
    flow: InformationFlow,
    initiated_by: InitiatedBy = InitiatedBy.BLANK,
    correspondence: CorrespondenceType = CorrespondenceType.BLANK,
    *,
    ignore_contact: bool = False,
) -> Row:
    return {
        "code": code,
        "interaction_group_code": group,
        "description": description,
        "unit_cost": Decimal(cost),
        "unit_duration": Decimal(minutes),
        "information_flow": int(flow),
        "initiated_by": int(initiated_by),
        "correspondence_type_default": int(correspondence),
        "ignore_contact_corres_type": ignore_contact,
    }


OUT, IN = InformationFlow.OUTBOUND, InformationFlow.INBOUND
US, THEM = InitiatedBy.US, InitiatedBy.THEM

LETTER, EMAIL = CorrespondenceType.HARD_COPY, CorrespondenceType.EMAIL

STARTING_ROWS: Mapping[type[Base], Sequence[Row]] = {
    NumberSeries: [
        _series("CONT", "Contacts"),
        _series("CAMP", "Campaigns"),
        _series("SEGM", "Segments"),
    ],
    NumberSeriesLine: [
        # Room for the bulk imports of a large installation.
        _series_line("CONT", "CT000001", "CT99999999", "CT99000000"),
        _series_line("CAMP", "CP0001", "CP9999", "CP9900"),
        _series_line("SEGM", "SM00001", "SM99999", "SM99900"),
    ],
    Language: _described(
        {
            "DAN": "Danish",
            "DEU": "German",
            "ENG": "English (United Kingdom)",
            "ENU": "English (United States)",
            "ESP": "Spanish",
            "FRA": "French",
            "ITA": "Italian",
            "NLD": "Dutch",
            "PLK": "Polish",
            "SVE": "Swedish",
        }
    ),
    Territory: _described(
        {
            "NORTH": "Northern sales region",
            "EAST": "Eastern sales region",
            "SOUTH": "Southern sales region",
            "WEST": "Western sales region",
            "ABROAD": "Customers abroad",
        }
    ),
    Salutation: _described(
        {
            "COMPANY": "Companies",
            "F": "Women",
            "M": "Men",
            "PERSON": "Persons, without a title",
        }
    ),
    SalutationFormula: [
        _formula("COMPANY", "formal", "Dear Sir or Madam,"),
        _formula("COMPANY", "informal", "Dear friends at %1,", NamePart.COMPANY_NAME),
        _formula("F", "formal", "Dear Ms. %1,", NamePart.SURNAME),
        _formula("F", "informal", "Dear %1,", NamePart.FIRST_NAME),
        _formula("M", "formal", "Dear Mr. %1,", NamePart.SURNAME),
        _formula("M", "informal", "Dear %1,", NamePart.FIRST_NAME),
        _formula("PERSON", "formal", "Dear %1 %2 %3,", *NAME_IN_FULL),
        _formula("PERSON", "informal", "Dear %1,", NamePart.FIRST_NAME),
        _formula("PERSON", "formal", "Guten Tag %1 %2 %3,", *NAME_IN_FULL, to="DEU"),
        _formula("PERSON", "informal", "Hallo %1,", NamePart.FIRST_NAME, to="DEU"),
    ],
    MailingGroup: _described(
        {
            "CARD": "Season's greetings",
            "MAGAZINE": "Customer magazine",
            "VIP": "Invitations to events",
        }
    ),
    IndustryGroup: _described(
        {
            "CRAFT": "Crafts and trades",
            "PRESS": "Newspapers, radio and television",
            "PUBLIC": "Public administration",
            "RETAIL": "Retail trade",
        }
    ),
    BusinessRelation: _described(
        {"CUST": "Customer", "PRESS": "Press", "VEND": "Vendor"}
    ),
    JobResponsibility: _described(
        {"BUYING": "Buying", "IT": "Information technology", "SALES": "Selling"}
    ),
    OrganizationalLevel: _described(
        {"BOARD": "Board", "HEAD": "Head of department", "STAFF": "Staff"}
    ),
    Salesperson: [
        _salesperson("AB", "Amara Boyd", "Head of sales"),
        _salesperson("CL", "Carlos Lindqvist", "Account manager"),
        _salesperson("HN", "Hana Novak", "Account manager"),
        _salesperson("OR", "Oskar Reyes", "Field sales"),
        _salesperson("TK", "Tomoko Keller", "Inside sales"),
    ],
    InteractionGroup: _described(
        {
            "LETTER": "Letters and cards",
            "MEETING": "Meetings",
            "PHONE": "Telephone calls",
            "PURCHASES": "Purchase documents",
            "SALES": "Sales documents",
            "SYSTEM": "Written by the system",
        }
    ),
    InteractionTemplate: [
        _template(
            *("ABSTRACT", "LETTER", "Summary of a meeting", 8, 90, OUT),
            correspondence=LETTER,
            ignore_contact=True,
        ),
        _template(
            *("BUS", "LETTER", "Business letter", 8, 30, OUT, US, LETTER),
            ignore_contact=True,
        ),
        _template(
            *("GOLF", "LETTER", "Invitation to the golf day", 8, 1, OUT, US, EMAIL),
            ignore_contact=True,
        ),
        _template(
            *("INCOME", "PHONE", "Call from a customer", 0, 15, IN, THEM),
            ignore_contact=True,
        ),
        _template(
            *("OUTGOING", "PHONE", "Call to a customer", 1, 15, OUT, US),
            ignore_contact=True,
        ),
        _template("INHOUSE", "MEETING", "Meeting at our office", 25, 120, OUT, US),
        _template("ONSITE", "MEETING", "Meeting at the customer", 45, 180, OUT, US),
        _template("COVERSH", "SYSTEM", "Cover sheet", 8, 1, OUT, US),
        _template("EMAIL", "SYSTEM", "E-mail", 8, 1, OUT, US),
        _template("EMAIL_D", "SYSTEM", "Draft of an e-mail", 8, 1, OUT, US),
        _template("MEETINV", "SYSTEM", "Invitation to a meeting", 8, 1, OUT, US),
    ],
    InteractionTemplateLanguage: [
        {
            "interaction_template_code": code,
            "language_code": "ENU",
            "description": description,
        }
        for code, description in (
            ("ABSTRACT", "Summary of a meeting"),
            ("BUS", "Business letter"),
        )
    ],
    MarketingSetup: [
        {
            "id": 1,
            "contact_nos": "CONT",
            "campaign_nos": "CAMP",
            "segment_nos": "SEGM",
            "default_language_code": "ENU",
            "default_company_salutation_code": "COMPANY",
            "default_person_salutation_code": "PERSON",
        }
    ],
}
