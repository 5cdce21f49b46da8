"""A segment of people with e-mail addresses, logged and sent."""

from uuid import UUID

from sqlalchemy import Engine, select

from core.database import transaction
from core.interactions.models import Delivery
from core.jobs.models import Job, JobError
from core.jobs.monitor import Terms
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS
from core.segments.request_log import request_log
from core.vocabulary import CorrespondenceType, DeliveryState
from tests import factories

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)


class Mailing:
    """Segment SM1; logs it and sends what is owed, and tells what became of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def log(self) -> Job:
        with transaction(self.engine) as session:
            promised = request_log(
                session, factories.actor(), "SM1", send_attachments=True
            )
        run_job(self.engine, KINDS, TERMS, promised.public_id)
        return self.job(promised.public_id)

    def send(self) -> Outcome:
        return run_job(self.engine, KINDS, TERMS, UUID(int=0))

    def job(self, public_id: UUID | str) -> Job:
        with transaction(self.engine) as session:
            return session.scalars(select(Job).where(Job.public_id == public_id)).one()

    def send_job(self) -> Job | None:
        with transaction(self.engine) as session:
            return session.scalars(
                select(Job).where(Job.kind == "send_mail").order_by(Job.id.desc())
            ).first()

    def states(self) -> list[DeliveryState]:
        with transaction(self.engine) as session:
            found = session.scalars(select(Delivery.state).order_by(Delivery.entry_no))
            return [DeliveryState(state) for state in found]

    def deliveries(self) -> list[Delivery]:
        with transaction(self.engine) as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.entry_no)))

    def errors(self) -> list[tuple[str, str]]:
        with transaction(self.engine) as session:
            rows = session.execute(
                select(JobError.subject, JobError.code).order_by(JobError.id)
            )
            return [(row.subject, row.code) for row in rows]


def mailing_to(
    engine: Engine, people: dict[str, str], *, file_name: str, content: bytes
) -> Mailing:
    """Segment SM1 with one line for each name with its address, and a file for all."""
    with transaction(engine) as session:
        factories.marketing_setup(session)
        factories.salesperson(session, "JR", email="jr@example.com")
        email = int(CorrespondenceType.EMAIL)
        golf = factories.template(
            session,
            "GOLF",
            correspondence_type_default=email,
            language_code_default="ENU",
        )
        attachment = factories.attachment(session, content, file_name)
        factories.template_language(session, golf, "ENU", attachment)
        segment = factories.segment(
            session,
            factories.actor(),
            no="SM1",
            description="Spring mailing",
            salesperson_code="JR",
            interaction_template_code=golf,
        )
        for name, address in people.items():
            contact = factories.company(session, no=name, name=name, email=address)
            factories.line(session, factories.actor(), segment, contact)
    return Mailing(engine)
