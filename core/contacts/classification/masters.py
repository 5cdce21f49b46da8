"""The lists of codes that contacts are sorted by."""

from core.base import Base
from core.contacts.classification.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
)
from core.references import Use
from core.setup.masters import Master


def _of_contacts(
    noun: str, plural: str, model: type[Base], table: str, column: str = "code"
) -> Master:
    return Master(noun, plural, model, (Use(table, column, "contacts"),))


MAILING_GROUPS = _of_contacts(
    "mailing group", "mailing groups", MailingGroup, "contact_mailing_group"
)
INDUSTRY_GROUPS = _of_contacts(
    "industry group", "industry groups", IndustryGroup, "contact_industry_group"
)
BUSINESS_RELATIONS = Master(
    "business relation",
    "business relations",
    BusinessRelation,
    (
        Use("contact_business_relation", "code", "contacts"),
        Use(
            "profile_questionnaire", "business_relation_code", "profile questionnaires"
        ),
        *(
            Use(
                "marketing_setup",
                f"business_relation_code_for_{table}",
                "defaults in Marketing Setup",
            )
            for table in ("customers", "vendors", "bank_accounts", "employees")
        ),
    ),
)
JOB_RESPONSIBILITIES = _of_contacts(
    "job responsibility",
    "job responsibilities",
    JobResponsibility,
    "contact_job_responsibility",
)
ORGANIZATIONAL_LEVELS = _of_contacts(
    "organizational level",
    "organizational levels",
    OrganizationalLevel,
    "contact",
    "organizational_level_code",
)
