from typing import Annotated

from flask import Response

from core.access.roles import Permission
from core.database import transaction
from core.setup.change_marketing_setup import change_marketing_setup
from core.setup.queries import lock_marketing_setup, marketing_setup
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Code10, Code20, CorrespondenceType, Flag
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "marketing-setup", "The choices that shape contacts, campaigns and segments."
)


HitPercent = Annotated[int, kinds.whole(1, 100)]


class MarketingSetupChanges(framework.Body):
    contact_nos: Code20 = ""
    campaign_nos: Code20 = ""
    segment_nos: Code20 = ""
    inherit_salesperson: Flag = True
    inherit_territory: Flag = True
    inherit_country_region: Flag = True
    inherit_language: Flag = True
    inherit_address_details: Flag = True
    inherit_communication_details: Flag = True
    default_salesperson_code: Code20 = ""
    default_territory_code: Code10 = ""
    default_country_region_code: Code10 = ""
    default_language_code: Code10 = ""
    default_correspondence_type: CorrespondenceType = CorrespondenceType.BLANK
    default_company_salutation_code: Code10 = ""
    default_person_salutation_code: Code10 = ""
    business_relation_code_for_customers: Code10 = ""
    business_relation_code_for_vendors: Code10 = ""
    business_relation_code_for_bank_accounts: Code10 = ""
    business_relation_code_for_employees: Code10 = ""
    email_draft_template_code: Code10 = ""
    autosearch_for_duplicates: Flag = True
    search_hit_percent: HitPercent = 60


class MarketingSetupShown(framework.Shown):
    contact_nos: Code20
    campaign_nos: Code20
    segment_nos: Code20
    inherit_salesperson: Flag
    inherit_territory: Flag
    inherit_country_region: Flag
    inherit_language: Flag
    inherit_address_details: Flag
    inherit_communication_details: Flag
    default_salesperson_code: Code20
    default_territory_code: Code10
    default_country_region_code: Code10
    default_language_code: Code10
    default_correspondence_type: CorrespondenceType
    default_company_salutation_code: Code10
    default_person_salutation_code: Code10
    business_relation_code_for_customers: Code10
    business_relation_code_for_vendors: Code10
    business_relation_code_for_bank_accounts: Code10
    business_relation_code_for_employees: Code10
    email_draft_template_code: Code10
    autosearch_for_duplicates: Flag
    search_hit_percent: HitPercent


@blueprint.get("/marketing-setup", responses=framework.shows(MarketingSetupShown))
@requires(Permission.READ)
def show_marketing_setup() -> Response:
    """Show Marketing Setup."""
    with transaction(engine()) as session:
        return framework.answer(MarketingSetupShown.of(marketing_setup(session)))


@blueprint.patch("/marketing-setup", responses=framework.changes(MarketingSetupShown))
@requires(Permission.ADMINISTER)
def patch_marketing_setup(body: MarketingSetupChanges) -> Response:
    """Change Marketing Setup."""
    with transaction(engine()) as session:
        setup = lock_marketing_setup(session)
        framework.require_match(MarketingSetupShown.of(setup))
        change_marketing_setup(session, current_actor(), body.given())
        return framework.answer(MarketingSetupShown.of(setup))
