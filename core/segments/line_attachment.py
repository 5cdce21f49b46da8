"""The attachment of a single line: its own, none at all, or again the inherited one."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.attachments.models import Attachment
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import contact_no_of_line
from core.segments.resolve import NO_ATTACHMENT


def give_line_attachment(
    session: Session, segment: Segment, line_no: int, attachment: Attachment | None
) -> None:
    """The line's own from now on, whatever the content says; None takes it away from
    this line. Raises NotFoundError."""
    contact_no_of_line(session, segment, line_no)
    old = own_attachment(session, segment, line_no)
    session.execute(
        update(SegmentLine)
        .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
        .values(attachment_id=attachment.id if attachment else NO_ATTACHMENT)
        .execution_options(synchronize_session=False)
    )
    discard_unreferenced(session, old)


def own_attachment(session: Session, segment: Segment, line_no: int) -> list[int]:
    """Its number, if the line has one."""
    own = session.scalar(
        select(SegmentLine.attachment_id).where(
            SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no
        )
    )
    return [own] if own else []
