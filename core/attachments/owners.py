"""Who may point at an attachment, apart from interaction log entries.

The features that own these tables stand above this one, so the tables go by their
names. Whoever copies a reference from one row to another holds the first row's lock
until the transaction ends: so an attachment is not dropped while it is on its way.
"""

from sqlalchemy import Column, ColumnElement, and_, exists, or_

from core.attachments.models import Attachment
from core.base import Base

OWNERS = ("interaction_template_language", "segment_language", "segment_line")
"""Tables with a column `attachment_id`."""


def has_owner() -> ColumnElement[bool]:
    """Somebody other than a log entry refers to the Attachment of the statement."""
    return or_(*(_is_referred_to_by(table) for table in OWNERS))


def _is_referred_to_by(table: str) -> ColumnElement[bool]:
    column: Column[int] = Base.metadata.tables[table].c.attachment_id
    # Above 0 says the partial index; 0 is a line whose attachment was taken away.
    return exists().where(and_(column == Attachment.id, column > 0))
