"""Hold attachments, saved criteria, campaign targets and what undoing a log needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


OWN_VALUES = (
    "interaction_template_code",
    "description",
    "date",
    "campaign_no",
    "salesperson_code",
    "interaction_group_code",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type",
    "language_code",
    "subject",
    "contact_alt_address_code",
    "evaluation",
    "time_of_interaction",
    "attempt_failed",
    "contact_via",
)


def _index_personal_lines(own_values: tuple[str, ...]) -> None:
    op.drop_index("ix_segment_line_personal", table_name="segment_line")
    op.create_index(
        "ix_segment_line_personal",
        "segment_line",
        ["segment_id", "line_no"],
        postgresql_where=sa.text(f"num_nonnulls({', '.join(own_values)}) > 0"),
    )


def upgrade() -> None:
    op.create_table(
        "attachment_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attachment_content")),
    )
    op.create_table(
        "saved_criteria",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "user_id",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_saved_criteria")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "file_name",
            sa.String(length=255),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "read_only", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "created_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["attachment_content.sha256"],
            name=op.f("fk_attachment_sha256_attachment_content"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(
        op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False
    )
    op.create_table(
        "campaign_target",
        sa.Column("campaign_no", sa.String(length=20), nullable=False),
        sa.Column("type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_no"],
            ["campaign.no"],
            name=op.f("fk_campaign_target_campaign_no_campaign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "campaign_no", "type", "no", name=op.f("pk_campaign_target")
        ),
    )
    op.create_table(
        "logged_line",
        sa.Column("logged_segment_entry_no", sa.BigInteger(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("own", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["logged_segment_entry_no"],
            ["logged_segment.entry_no"],
            name=op.f("fk_logged_line_logged_segment_entry_no_logged_segment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "logged_segment_entry_no", "line_no", name=op.f("pk_logged_line")
        ),
    )
    op.create_table(
        "merged_contact",
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "merged_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "merged_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_merged_contact_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_merged_contact")),
    )
    op.create_index(
        op.f("ix_merged_contact_contact_id"),
        "merged_contact",
        ["contact_id"],
        unique=False,
    )
    op.create_table(
        "saved_criteria_action",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("action_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column(
            "allow_existing_contacts",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "expand_companies",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "allow_related_companies",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "ignore_exclusion",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "entire_companies",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "filters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["code"],
            ["saved_criteria.code"],
            name=op.f("fk_saved_criteria_action_code_saved_criteria"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "code", "action_no", name=op.f("pk_saved_criteria_action")
        ),
    )
    op.add_column(
        "logged_segment",
        sa.Column("header", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column(
        "logged_segment",
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column(
        "logged_segment",
        sa.Column(
            "undone_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
    )
    op.drop_constraint(
        op.f("uq_logged_segment_segment_no"), "logged_segment", type_="unique"
    )
    op.create_index(
        "uq_logged_segment_segment_no",
        "logged_segment",
        ["segment_no"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.add_column(
        "segment_line", sa.Column("attachment_id", sa.BigInteger(), nullable=True)
    )
    _index_personal_lines((*OWN_VALUES, "attachment_id"))


def downgrade() -> None:
    _index_personal_lines(OWN_VALUES)
    op.drop_column("segment_line", "attachment_id")
    op.drop_index(
        "uq_logged_segment_segment_no",
        table_name="logged_segment",
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_unique_constraint(
        op.f("uq_logged_segment_segment_no"),
        "logged_segment",
        ["segment_no"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("logged_segment", "undone_by")
    op.drop_column("logged_segment", "undone_at")
    op.drop_column("logged_segment", "header")
    op.drop_table("saved_criteria_action")
    op.drop_index(op.f("ix_merged_contact_contact_id"), table_name="merged_contact")
    op.drop_table("merged_contact")
    op.drop_table("logged_line")
    op.drop_table("campaign_target")
    op.drop_index(op.f("ix_attachment_sha256"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_table("saved_criteria")
    op.drop_table("attachment_content")
