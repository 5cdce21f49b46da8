"""Register workers, pause queues, and take jobs in turn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paused_queue",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column(
            "paused_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "paused_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_paused_queue")),
    )
    op.create_table(
        "pulse",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulse")),
    )
    op.create_table(
        "worker_process",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "host", sa.String(length=80), server_default=sa.text("''"), nullable=False
        ),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column(
            "version",
            sa.String(length=30),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column("queues", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column(
            "memory_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drain_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "drain_requested_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.Column(
            "is_draining", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_process")),
    )
    op.add_column(
        "job",
        sa.Column(
            "queue",
            sa.String(length=20),
            server_default=sa.text("'jobs'"),
            nullable=False,
        ),
    )
    op.add_column(
        "job",
        sa.Column(
            "priority", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
    )
    op.add_column("job", sa.Column("worker_process_id", sa.UUID(), nullable=True))
    op.create_index(
        "ix_job_finished_at",
        "job",
        ["finished_at"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_job_finished_at",
        table_name="job",
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.drop_column("job", "worker_process_id")
    op.drop_column("job", "priority")
    op.drop_column("job", "queue")
    op.drop_table("worker_process")
    op.drop_table("pulse")
    op.drop_table("paused_queue")
