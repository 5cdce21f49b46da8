"""Count what is canceled and deleted of every log, and find canceled entries at once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTERS = ("no_canceled", "no_deleted")


def upgrade() -> None:
    for name in COUNTERS:
        op.add_column(
            "logged_segment",
            sa.Column(
                name, sa.BigInteger(), server_default=sa.text("0"), nullable=False
            ),
        )
    op.create_index(
        "ix_interaction_log_entry_canceled",
        "interaction_log_entry",
        ["entry_no"],
        postgresql_where=sa.text("canceled"),
    )
    op.execute("""
        UPDATE logged_segment
        SET no_canceled = found.canceled
        FROM (
            SELECT logged_segment_entry_no AS entry_no, count(*) AS canceled
            FROM interaction_log_entry
            WHERE canceled
            GROUP BY logged_segment_entry_no
        ) AS found
        WHERE found.entry_no = logged_segment.entry_no
    """)


def downgrade() -> None:
    op.drop_index(
        "ix_interaction_log_entry_canceled", table_name="interaction_log_entry"
    )
    for name in COUNTERS:
        op.drop_column("logged_segment", name)
