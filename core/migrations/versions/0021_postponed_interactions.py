"""Find the few postponed interactions among millions that were logged."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_interaction_log_entry_postponed",
        "interaction_log_entry",
        ["entry_no"],
        postgresql_where=sa.text("postponed"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_interaction_log_entry_postponed", table_name="interaction_log_entry"
    )
