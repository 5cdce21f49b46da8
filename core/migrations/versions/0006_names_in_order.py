"""Keep with each contact the text its name is sorted by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FOLDED = "casefold(name::text COLLATE pg_unicode_fast)"
IS_PLAIN = "octet_length(name::text) = char_length(name::text)"
NAME_ORDER = f"CASE WHEN {IS_PLAIN} THEN {FOLDED} ELSE normalize({FOLDED}, NFD) END"


def upgrade() -> None:
    op.add_column(
        "contact",
        sa.Column(
            "name_order",
            sa.Text(collation="C"),
            sa.Computed(NAME_ORDER, persisted=True),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("contact", "name_order")
