"""What a log keeps of the content of its segment, so that it can be undone."""

from collections.abc import Collection

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from core.interactions.models import LoggedSegment


def attachments_kept_by(session: Session, logs: Collection[int]) -> Collection[int]:
    """Of the content of their segments, be it that it was sent to nobody."""
    if not logs:
        return []
    language = func.jsonb_array_elements(
        LoggedSegment.header["languages"]
    ).table_valued("value")
    attachment_id = cast(language.c.value.op("->>")("attachment_id"), BigInteger)
    kept = session.scalars(
        select(attachment_id)
        .distinct()
        .select_from(LoggedSegment)
        .join(language, attachment_id.is_not(None))
        .where(LoggedSegment.entry_no.in_(logs), LoggedSegment.header.is_not(None))
    )
    return kept.all()
