from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.setup.models import MarketingSetup


def marketing_setup(session: Session) -> MarketingSetup:
    """The one row of the setup; the first reader creates it."""
    setup = session.get(MarketingSetup, 1)
    if setup is None:
        # Two first readers may meet here, so the second one's insert gives way.
        session.execute(insert(MarketingSetup).values(id=1).on_conflict_do_nothing())
        setup = session.get_one(MarketingSetup, 1)
    return setup


def lock_marketing_setup(session: Session) -> MarketingSetup:
    """The setup as it is now, held until the transaction ends."""
    setup = marketing_setup(session)
    session.refresh(setup, with_for_update=True)
    return setup
