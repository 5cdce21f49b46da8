"""What a contact and its company are to us, in one word (CONT-056)."""

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.contacts.classification.models import ContactBusinessRelation
from core.contacts.models import Contact
from core.setup.models import MarketingSetup
from core.vocabulary import LinkToTable, RelationSummary

RESERVED: dict[LinkToTable, InstrumentedAttribute[str]] = {
    LinkToTable.CUSTOMER: MarketingSetup.business_relation_code_for_customers,
    LinkToTable.VENDOR: MarketingSetup.business_relation_code_for_vendors,
    LinkToTable.BANK_ACCOUNT: MarketingSetup.business_relation_code_for_bank_accounts,
    LinkToTable.EMPLOYEE: MarketingSetup.business_relation_code_for_employees,
}
"""The code that Marketing Setup keeps for the records of each table of the books."""


def relation_summary() -> ColumnElement[int]:
    """A column for statements about contacts: a RelationSummary.

    Asked for each row that is shown, by the key of its few relations; as a join it
    would group all relations there are before the page is cut off.
    """
    link = ContactBusinessRelation
    of_the_books = or_(
        *(
            (link.link_to_table == table) & (link.code == func.coalesce(code, ""))
            for table, code in RESERVED.items()
        )
    )
    one = func.count() == 1
    return (
        select(
            case(
                (func.count() == 0, int(RelationSummary.NONE)),
                (one & func.bool_and(of_the_books), func.max(link.link_to_table)),
                (one, int(RelationSummary.OTHER)),
                else_=int(RelationSummary.MULTIPLE),
            )
        )
        .select_from(link)
        .outerjoin(MarketingSetup, MarketingSetup.id == 1)
        .where(link.contact_id.in_([Contact.id, Contact.company_id]))
        .correlate(Contact)
        .scalar_subquery()
    )


def relation_summary_of(session: Session, contact: Contact) -> RelationSummary:
    found = session.scalar(select(relation_summary()).where(Contact.id == contact.id))
    return RelationSummary(found or RelationSummary.NONE)
