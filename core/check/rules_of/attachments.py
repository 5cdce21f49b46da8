"""Attachments: whoever points at one finds it, what was logged cannot change, and
nothing is kept that nobody points at."""

from sqlalchemy import exists, func, literal, select, union_all

from core import models
from core.attachments.models import Attachment
from core.attachments.owners import OWNERS, has_owner, is_kept_by_a_log
from core.check.rule import Rule, sql

_columns = {table: models.metadata.tables[table].c.attachment_id for table in OWNERS}
_held = union_all(
    *(
        select(literal(table).label("holder"), column.label("attachment_id"))
        .where(column > 0)  # 0 is a line whose attachment was taken away
        .distinct()
        for table, column in _columns.items()
    )
).subquery("held")

RULES = (
    Rule(
        "attachment-of-owner",
        "The attachment of a template, a segment or a line exists.",
        select(
            func.format(
                "%s: attachment %s", _held.c.holder, _held.c.attachment_id
            ).label("key")
        ).where(~exists().where(Attachment.id == _held.c.attachment_id)),
    ),
    Rule(
        "attachment-of-entry",
        "The attachment of an interaction log entry exists and is read-only.",
        # Entries share few attachments: they are grouped before anything is looked up.
        sql("""
            SELECT format('entry %s: attachment %s', entry_no, attachment_id)
            FROM (
                SELECT attachment_id, min(entry_no) AS entry_no
                FROM interaction_log_entry
                WHERE attachment_id IS NOT NULL
                GROUP BY attachment_id
            ) AS logged
            LEFT JOIN attachment ON attachment.id = logged.attachment_id
            WHERE attachment.read_only IS NOT TRUE
        """),
    ),
    Rule(
        "attachment-in-use",
        "An attachment that no entry has belongs to a template, a segment, a line, or "
        "to what a log keeps for its undoing.",
        select(
            func.format("attachment %s, %s", Attachment.id, Attachment.file_name).label(
                "key"
            )
        ).where(Attachment.read_only.is_(False), ~has_owner(), ~is_kept_by_a_log()),
    ),
    Rule(
        "attachment-of-history",
        "An attachment is read-only only while an interaction log entry has it.",
        sql("""
            SELECT format('attachment %s, %s', id, file_name)
            FROM attachment
            WHERE read_only AND NOT EXISTS (
                SELECT FROM interaction_log_entry AS entry
                WHERE entry.attachment_id = attachment.id
            )
        """),
    ),
    Rule(
        "attachment-content-in-use",
        "Bytes are kept only while an attachment has them.",
        sql("""
            SELECT format('content %s', sha256)
            FROM attachment_content AS content
            WHERE NOT EXISTS (
                SELECT FROM attachment WHERE attachment.sha256 = content.sha256
            )
        """),
    ),
)
