"""Keep the companies in the order in which segments take them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_contact_companies_in_order",
        "contact",
        ["name_order", "no"],
        postgresql_include=["id"],
        postgresql_where=sa.text("type = 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_contact_companies_in_order", table_name="contact")
