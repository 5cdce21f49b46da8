"""Keep what e-mail an interaction owes, in rows of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("entry_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("logged_segment_entry_no", sa.BigInteger(), nullable=True),
        sa.Column(
            "message_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("job_attempt", sa.Integer(), nullable=True),
        sa.Column(
            "state", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "address",
            sa.String(length=255),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "detail",
            sa.String(length=255),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("pk_delivery")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        op.f("ix_delivery_logged_segment_entry_no_entry_no"),
        "delivery",
        ["logged_segment_entry_no", "entry_no"],
    )
    # Nothing was ever delivered: it said the same of every entry.
    op.drop_column("interaction_log_entry", "delivery_status")


def downgrade() -> None:
    op.add_column(
        "interaction_log_entry",
        sa.Column(
            "delivery_status",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    op.drop_table("delivery")
