"""Run by alembic. The connection comes from core.migrations.run, never from a file."""

from alembic import context

from core import models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.metadata,
)
context.run_migrations()
