"""Every module of pages. Each has a `blueprint`; append yours and it is served."""

from web import audit, health, home, jobs, profile, search, setup_pages, sign_in, users

PAGES = (
    audit,
    health,
    home,
    jobs,
    profile,
    search,
    setup_pages,
    sign_in,
    users,
)
