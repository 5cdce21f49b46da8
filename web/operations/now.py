"""What the pages of operators and the API read alike."""

from sqlalchemy.orm import Session

from core import kinds
from core.check.queries import broken_rules, latest_report
from core.jobs.next_job import limits_of
from core.operations.situation import Outside, Situation, look
from web.context import broker, settings
from web.health import schema_of


def situation(session: Session) -> Situation:
    outside = Outside(
        broker=broker().facts(),
        schema=schema_of(session.connection()),
        upload_folder=settings().upload_folder,
        broken_rules=broken_rules(latest_report(session)),
    )
    return look(session, limits_of(kinds.KINDS), outside)
