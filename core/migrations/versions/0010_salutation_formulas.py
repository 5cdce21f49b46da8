"""How contacts are greeted: formulas of salutations."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PLACES = ("name_1", "name_2", "name_3", "name_4", "name_5")


def upgrade() -> None:
    op.create_table(
        "salutation_formula",
        sa.Column("salutation_code", sa.String(length=10), nullable=False),
        sa.Column(
            "language_code",
            sa.String(length=10),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column("type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "text", sa.String(length=50), server_default=sa.text("''"), nullable=False
        ),
        *(
            sa.Column(
                name, sa.SmallInteger(), server_default=sa.text("0"), nullable=False
            )
            for name in PLACES
        ),
        sa.ForeignKeyConstraint(
            ["salutation_code"],
            ["salutation.code"],
            name=op.f("fk_salutation_formula_salutation_code_salutation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "salutation_code",
            "language_code",
            "type",
            name=op.f("pk_salutation_formula"),
        ),
    )


def downgrade() -> None:
    op.drop_table("salutation_formula")
