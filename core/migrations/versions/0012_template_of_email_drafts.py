"""Let Marketing Setup name the template of e-mail drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "marketing_setup",
        sa.Column(
            "email_draft_template_code",
            sa.String(length=10),
            server_default=sa.text("''"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("marketing_setup", "email_draft_template_code")
