"""The codes that a file brings stay until its contacts are written: until then nobody
else sees that they are in use."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.contacts.code_rules import MASTERS
from core.contacts.imports.staging_tables import rows
from core.setup.models import MarketingSetup


def keep_codes(session: Session, setup: MarketingSetup) -> None:
    """From being deleted, those that new contacts get by default too. Whoever is about
    to delete one is waited for, and the rows that name it are rejected then."""
    defaults = {
        setup.default_territory_code,
        setup.default_salesperson_code,
        setup.default_language_code,
        setup.default_company_salutation_code,
        setup.default_person_salutation_code,
    }
    for field, code in MASTERS.items():
        of_file = code.in_(select(rows.c[field]))
        kept = select(code).where(or_(of_file, code.in_(defaults))).order_by(code)
        session.execute(kept.with_for_update(read=True, key_share=True))
