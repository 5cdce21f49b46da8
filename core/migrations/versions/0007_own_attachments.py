"""Find the lines with an attachment of their own without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_segment_line_attachment_id",
        "segment_line",
        ["attachment_id"],
        postgresql_where=sa.text("attachment_id > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_segment_line_attachment_id", table_name="segment_line")
