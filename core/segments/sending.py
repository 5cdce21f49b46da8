"""Whether a log of the segment can send, and whether that is proposed (LOG-001)."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.delivery.account import NO_ACCOUNT, has_mail_account
from core.segments.models import Segment
from core.segments.resolve import resolved_lines
from core.vocabulary import CorrespondenceType


def why_not_send(session: Session, segment: Segment) -> str:
    """In words; blank where sending can be chosen."""
    if not has_mail_account():
        return NO_ACCOUNT
    if not _is_any_line(session, segment, has_content=False):
        return "No line has a correspondence type, so there is nothing to send."
    return ""


def proposes_sending(session: Session, segment: Segment) -> bool:
    """Only where a line has something to send too: whoever chose a template without
    content shall not begin with every line refused."""
    return has_mail_account() and _is_any_line(session, segment, has_content=True)


def _is_any_line(session: Session, segment: Segment, *, has_content: bool) -> bool:
    line = resolved_lines(segment.id).c
    conditions = [line.correspondence_type != int(CorrespondenceType.BLANK)]
    if has_content:
        conditions.append(line.attachment_id.is_not(None))
    return session.execute(select(exists().where(*conditions))).scalar_one()
