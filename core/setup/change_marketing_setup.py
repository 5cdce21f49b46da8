from typing import TypedDict

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import FaultList
from core.records import apply_changes
from core.references import (
    BUSINESS_RELATION,
    INTERACTION_TEMPLATE,
    LANGUAGE,
    NUMBER_SERIES,
    SALESPERSON,
    SALUTATION,
    TERRITORY,
    find_blocked_salesperson,
    find_unknown_codes,
)
from core.setup.email_draft_template import has_attachment
from core.setup.queries import lock_marketing_setup

TARGETS = {
    "contact_nos": NUMBER_SERIES,
    "campaign_nos": NUMBER_SERIES,
    "segment_nos": NUMBER_SERIES,
    "default_salesperson_code": SALESPERSON,
    "default_territory_code": TERRITORY,
    "default_language_code": LANGUAGE,
    "default_company_salutation_code": SALUTATION,
    "default_person_salutation_code": SALUTATION,
    "business_relation_code_for_customers": BUSINESS_RELATION,
    "business_relation_code_for_vendors": BUSINESS_RELATION,
    "business_relation_code_for_bank_accounts": BUSINESS_RELATION,
    "business_relation_code_for_employees": BUSINESS_RELATION,
    "email_draft_template_code": INTERACTION_TEMPLATE,
}


class MarketingSetupChanges(TypedDict, total=False):
    contact_nos: str
    campaign_nos: str
    segment_nos: str
    inherit_salesperson: bool
    inherit_territory: bool
    inherit_country_region: bool
    inherit_language: bool
    inherit_address_details: bool
    inherit_communication_details: bool
    default_salesperson_code: str
    default_territory_code: str
    default_country_region_code: str
    default_language_code: str
    default_correspondence_type: int
    default_company_salutation_code: str
    default_person_salutation_code: str
    business_relation_code_for_customers: str
    business_relation_code_for_vendors: str
    business_relation_code_for_bank_accounts: str
    business_relation_code_for_employees: str
    email_draft_template_code: str
    autosearch_for_duplicates: bool
    search_hit_percent: int


def change_marketing_setup(
    session: Session, actor: Actor, changes: MarketingSetupChanges
) -> None:
    # First of all: whoever attaches a file to a template meanwhile waits, or is seen.
    setup = lock_marketing_setup(session)
    faults = FaultList()
    find_unknown_codes(session, faults, changes, TARGETS)
    find_blocked_salesperson(
        session,
        faults,
        "default_salesperson_code",
        changes.get("default_salesperson_code"),
        setup.default_salesperson_code,
    )
    _find_attachment(session, faults, changes.get("email_draft_template_code"))
    faults.refuse_if_any()
    apply_changes(setup, changes)
    record_audit(session, actor, "setup.change", "Marketing Setup", changes)


def _find_attachment(session: Session, faults: FaultList, code: str | None) -> None:
    if code and has_attachment(session, code):
        faults.add(
            "email_draft_template_code",
            "E-FIELD",
            f"Interaction template {code} has an attachment in its default language; "
            "choose one that has none.",
        )
