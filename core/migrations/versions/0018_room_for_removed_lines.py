"""Leave room on the pages of new segment lines for the steps that remove them."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE segment_line SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("ALTER TABLE segment_line RESET (fillfactor)")
