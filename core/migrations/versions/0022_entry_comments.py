"""Keep what people note about interactions."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interaction_log_entry_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column(
            "comment",
            sa.String(length=255),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "written_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_log_entry_comment")),
    )
    op.create_index(
        op.f("ix_interaction_log_entry_comment_entry_no_id"),
        "interaction_log_entry_comment",
        ["entry_no", "id"],
    )


def downgrade() -> None:
    op.drop_table("interaction_log_entry_comment")
