"""Who may point at an attachment, apart from interaction log entries.

The features that own these tables stand above this one, so the tables go by their
names. Whoever copies a reference from one row to another holds the first row's lock
until the transaction ends: so an attachment is not dropped while it is on its way.
"""

from sqlalchemy import Column, ColumnElement, and_, exists, func, literal_column, or_
from sqlalchemy.dialects.postgresql import JSONB

from core.attachments.models import Attachment
from core.base import Base

OWNERS = ("interaction_template_language", "segment_language", "segment_line")
"""Tables with a column `attachment_id`."""


def has_owner() -> ColumnElement[bool]:
    """Somebody other than a log entry refers to the Attachment of the statement."""
    return or_(*(_is_referred_to_by(table) for table in OWNERS))


def is_kept_by_a_log() -> ColumnElement[bool]:
    """A log that can be undone still remembers the Attachment as content of its
    segment, be it that it sent it to nobody (ADR 0012)."""
    log = Base.metadata.tables["logged_segment"]
    # Written as in the index over what logs remember.
    languages = literal_column("logged_segment.header -> 'languages'", JSONB)
    remembered = func.jsonb_build_array(
        func.jsonb_build_object("attachment_id", Attachment.id)
    )
    return exists().where(
        languages.contains(remembered), log.c.undone_at.is_(None), log.c.no_deleted == 0
    )


def _is_referred_to_by(table: str) -> ColumnElement[bool]:
    column: Column[int] = Base.metadata.tables[table].c.attachment_id
    # Above 0 says the partial index; 0 is a line whose attachment was taken away.
    return exists().where(and_(column == Attachment.id, column > 0))
