"""Sort contacts by groups, relations, responsibilities and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_relation",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_business_relation")),
    )
    op.create_table(
        "contact_mailing_group",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint(
            "contact_id", "code", name=op.f("pk_contact_mailing_group")
        ),
    )
    op.create_index(
        op.f("ix_contact_mailing_group_code_contact_id"),
        "contact_mailing_group",
        ["code", "contact_id"],
        unique=False,
    )
    op.create_table(
        "industry_group",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_industry_group")),
    )
    op.create_table(
        "job_responsibility",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_job_responsibility")),
    )
    op.create_table(
        "mailing_group",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_mailing_group")),
    )
    op.create_table(
        "organizational_level",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organizational_level")),
    )
    op.create_table(
        "profile_questionnaire",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "contact_type",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_profile_questionnaire")),
    )
    op.create_table(
        "contact_business_relation",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "link_to_table",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "no", sa.String(length=20), server_default=sa.text("''"), nullable=False
        ),
        sa.CheckConstraint(
            "(link_to_table = 0) = (no = '')",
            name=op.f("ck_contact_business_relation_number_of_a_table"),
        ),
        sa.ForeignKeyConstraint(
            ["code"],
            ["business_relation.code"],
            name=op.f("fk_contact_business_relation_code_business_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_business_relation_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "code", name=op.f("pk_contact_business_relation")
        ),
    )
    op.create_index(
        op.f("ix_contact_business_relation_code_contact_id"),
        "contact_business_relation",
        ["code", "contact_id"],
        unique=False,
    )
    op.create_index(
        "uq_contact_business_relation_contact_table",
        "contact_business_relation",
        ["contact_id", "link_to_table"],
        unique=True,
        postgresql_where=sa.text("link_to_table <> 0"),
    )
    op.create_index(
        "uq_contact_business_relation_table_no",
        "contact_business_relation",
        ["link_to_table", "no"],
        unique=True,
        postgresql_where=sa.text("link_to_table <> 0"),
    )
    op.create_table(
        "contact_industry_group",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"],
            ["industry_group.code"],
            name=op.f("fk_contact_industry_group_code_industry_group"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_industry_group_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "code", name=op.f("pk_contact_industry_group")
        ),
    )
    op.create_index(
        op.f("ix_contact_industry_group_code_contact_id"),
        "contact_industry_group",
        ["code", "contact_id"],
        unique=False,
    )
    op.create_table(
        "contact_job_responsibility",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"],
            ["job_responsibility.code"],
            name=op.f("fk_contact_job_responsibility_code_job_responsibility"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_job_responsibility_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "code", name=op.f("pk_contact_job_responsibility")
        ),
    )
    op.create_index(
        op.f("ix_contact_job_responsibility_code_contact_id"),
        "contact_job_responsibility",
        ["code", "contact_id"],
        unique=False,
    )
    op.create_table(
        "profile_questionnaire_line",
        sa.Column("questionnaire_code", sa.String(length=20), nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "type", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "description",
            sa.String(length=100),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "multiple_answers",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_code"],
            ["profile_questionnaire.code"],
            name="fk_profile_questionnaire_line_questionnaire",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "questionnaire_code", "line_no", name=op.f("pk_profile_questionnaire_line")
        ),
    )
    op.create_table(
        "contact_profile_answer",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("questionnaire_code", sa.String(length=20), nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_profile_answer_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_code", "line_no"],
            [
                "profile_questionnaire_line.questionnaire_code",
                "profile_questionnaire_line.line_no",
            ],
            name="fk_contact_profile_answer_line",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id",
            "questionnaire_code",
            "line_no",
            name=op.f("pk_contact_profile_answer"),
        ),
    )
    op.create_index(
        "ix_contact_profile_answer_line",
        "contact_profile_answer",
        ["questionnaire_code", "line_no", "contact_id"],
        unique=False,
    )
    op.add_column(
        "contact",
        sa.Column(
            "organizational_level_code",
            sa.String(length=10),
            server_default=sa.text("''"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("contact", "organizational_level_code")
    op.drop_index("ix_contact_profile_answer_line", table_name="contact_profile_answer")
    op.drop_table("contact_profile_answer")
    op.drop_table("profile_questionnaire_line")
    op.drop_index(
        op.f("ix_contact_job_responsibility_code_contact_id"),
        table_name="contact_job_responsibility",
    )
    op.drop_table("contact_job_responsibility")
    op.drop_index(
        op.f("ix_contact_industry_group_code_contact_id"),
        table_name="contact_industry_group",
    )
    op.drop_table("contact_industry_group")
    op.drop_index(
        "uq_contact_business_relation_table_no",
        table_name="contact_business_relation",
        postgresql_where=sa.text("link_to_table <> 0"),
    )
    op.drop_index(
        "uq_contact_business_relation_contact_table",
        table_name="contact_business_relation",
        postgresql_where=sa.text("link_to_table <> 0"),
    )
    op.drop_index(
        op.f("ix_contact_business_relation_code_contact_id"),
        table_name="contact_business_relation",
    )
    op.drop_table("contact_business_relation")
    op.drop_table("profile_questionnaire")
    op.drop_table("organizational_level")
    op.drop_table("mailing_group")
    op.drop_table("job_responsibility")
    op.drop_table("industry_group")
    op.drop_index(
        op.f("ix_contact_mailing_group_code_contact_id"),
        table_name="contact_mailing_group",
    )
    op.drop_table("contact_mailing_group")
    op.drop_table("business_relation")
