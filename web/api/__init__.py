"""Every resource of the API. Each has a `blueprint`; append yours and it is served."""

from web.api import (
    campaigns,
    document,
    interaction_groups,
    interaction_templates,
    marketing_setup,
    masters,
    number_series,
    salespeople,
)

RESOURCES = (
    campaigns,
    document,
    interaction_groups,
    interaction_templates,
    marketing_setup,
    masters,
    number_series,
    salespeople,
)
