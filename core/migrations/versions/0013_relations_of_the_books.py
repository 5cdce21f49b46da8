"""Let Marketing Setup keep business relations for customers, vendors and the like."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("customers", "vendors", "bank_accounts", "employees")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            "marketing_setup",
            sa.Column(
                f"business_relation_code_for_{table}",
                sa.String(length=10),
                server_default=sa.text("''"),
                nullable=False,
            ),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column("marketing_setup", f"business_relation_code_for_{table}")
