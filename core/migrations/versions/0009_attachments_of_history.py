"""Find who has an attachment, and let go of those whose entries were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWNERS = ("interaction_template_language", "segment_language", "segment_line")


def upgrade() -> None:
    op.create_index(
        "ix_interaction_log_entry_attachment_id",
        "interaction_log_entry",
        ["attachment_id"],
        postgresql_where=sa.text("attachment_id IS NOT NULL"),
    )
    op.create_index(
        "ix_logged_segment_languages",
        "logged_segment",
        [sa.text("(header -> 'languages')")],
        postgresql_using="gin",
    )
    op.execute("""
        UPDATE attachment SET read_only = false
        WHERE read_only AND NOT EXISTS (
            SELECT FROM interaction_log_entry AS entry
            WHERE entry.attachment_id = attachment.id
        )
    """)
    nobody = " AND ".join(
        f"NOT EXISTS (SELECT FROM {owner} WHERE attachment_id = attachment.id)"
        for owner in OWNERS
    )
    op.execute(f"DELETE FROM attachment WHERE NOT read_only AND {nobody}")  # noqa: S608
    op.execute("""
        DELETE FROM attachment_content AS content
        WHERE NOT EXISTS (
            SELECT FROM attachment WHERE attachment.sha256 = content.sha256
        )
    """)


def downgrade() -> None:
    op.drop_index("ix_logged_segment_languages", table_name="logged_segment")
    op.drop_index(
        "ix_interaction_log_entry_attachment_id", table_name="interaction_log_entry"
    )
