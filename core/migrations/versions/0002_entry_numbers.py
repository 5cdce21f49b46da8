"""Number interaction log entries, and let a running statement tell how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The notice leaves the server at once, while the statement goes on. The worker
# listens for exactly this text.
ANNOUNCE_PROGRESS = """
CREATE FUNCTION rollcall_announce_progress(passed_through bigint, rows integer)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE NOTICE 'rollcall:progress:%', rows;
    RETURN passed_through;
END
$$
"""


def upgrade() -> None:
    op.execute(
        sa.schema.CreateSequence(
            sa.Sequence("interaction_log_entry_no", data_type=sa.BigInteger())
        )
    )
    op.execute(ANNOUNCE_PROGRESS)


def downgrade() -> None:
    op.execute("DROP FUNCTION rollcall_announce_progress(bigint, integer)")
    op.execute(sa.schema.DropSequence(sa.Sequence("interaction_log_entry_no")))
