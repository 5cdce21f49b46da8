"""Let questions of a profile be answered by the interactions with a contact."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "profile_questionnaire_line"
DATES = ("starting_date", "ending_date")
VALUES = ("from_value", "to_value")


def upgrade() -> None:
    op.add_column(
        TABLE,
        sa.Column(
            "class_field",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    for name in DATES:
        op.add_column(TABLE, sa.Column(name, sa.Date(), nullable=True))
    for name in VALUES:
        op.add_column(TABLE, sa.Column(name, sa.Numeric(18, 2), nullable=True))


def downgrade() -> None:
    for name in ("class_field", *DATES, *VALUES):
        op.drop_column(TABLE, name)
