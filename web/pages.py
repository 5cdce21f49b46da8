"""Every module of pages. Each has a `blueprint`; append yours and it is served."""

from web import (
    audit,
    campaigns,
    code_masters,
    health,
    home,
    interaction_templates,
    jobs,
    marketing_setup,
    number_series,
    profile,
    salespeople,
    search,
    segments,
    setup_pages,
    sign_in,
    users,
)

PAGES = (
    audit,
    campaigns,
    code_masters,
    health,
    home,
    interaction_templates,
    jobs,
    marketing_setup,
    number_series,
    profile,
    salespeople,
    search,
    segments,
    setup_pages,
    sign_in,
    users,
)
