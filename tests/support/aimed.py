"""Campaign CP1, and segments whose lines are its targets."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.campaigns.models import CampaignTarget
from core.contacts.models import Contact
from core.database import transaction
from core.segments.models import Segment
from tests import factories

ACTOR = factories.actor()


def masters(session: Session) -> None:
    factories.marketing_setup(session)
    factories.campaign(session, "CP1")
    factories.salesperson(session, "JR")
    factories.template(session, "GOLF")


def segment_of(
    session: Session, *contacts: Contact, campaign_no: str = "CP1"
) -> Segment:
    segment = factories.segment(
        session,
        ACTOR,
        description="Fair",
        salesperson_code="JR",
        interaction_template_code="GOLF",
        campaign_no=campaign_no,
        campaign_target=True,
    )
    for contact in contacts:
        factories.line(session, ACTOR, segment, contact)
    return segment


def targets(engine: Engine) -> set[str]:
    with transaction(engine) as session:
        return set(session.scalars(select(CampaignTarget.no)))
