"""Keep the companies in exactly the order in which segments take them, to the last
character of their numbers: else they are sorted once more."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "ix_contact_companies_in_order"


def upgrade() -> None:
    op.drop_index(NAME, table_name="contact")
    op.create_index(
        NAME,
        "contact",
        ["name_order", sa.text('no COLLATE "C"')],
        postgresql_include=["id"],
        postgresql_where=sa.text("type = 0"),
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="contact")
    op.create_index(
        NAME,
        "contact",
        ["name_order", "no"],
        postgresql_include=["id"],
        postgresql_where=sa.text("type = 0"),
    )
