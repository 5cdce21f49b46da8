"""Let questions of a profile be answered by the points that other answers give, and a
questionnaire be about contacts with a business relation."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

LINE = "profile_questionnaire_line"
KEY = [f"{LINE}.questionnaire_code", f"{LINE}.line_no"]
QUESTION = ["questionnaire_code", "line_no"]
ANSWER = ["answer_questionnaire_code", "answer_line_no"]


def upgrade() -> None:
    op.add_column(
        "profile_questionnaire",
        sa.Column(
            "business_relation_code",
            sa.String(10),
            server_default=sa.text("''"),
            nullable=False,
        ),
    )
    op.create_table(
        "profile_rating",
        sa.Column("questionnaire_code", sa.String(20), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("answer_questionnaire_code", sa.String(20), nullable=False),
        sa.Column("answer_line_no", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            QUESTION, KEY, name="fk_profile_rating_question", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(ANSWER, KEY, name="fk_profile_rating_answer"),
        sa.PrimaryKeyConstraint(*QUESTION, *ANSWER, name=op.f("pk_profile_rating")),
    )
    op.create_index("ix_profile_rating_answer", "profile_rating", ANSWER)


def downgrade() -> None:
    op.drop_table("profile_rating")
    op.drop_column("profile_questionnaire", "business_relation_code")
