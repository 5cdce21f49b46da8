import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core import models
from core.database import schema_transaction
from core.migrations.run import configuration, migrate

pytestmark = pytest.mark.rules


def test_migrations_lead_exactly_to_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, models.metadata)

    assert differences == []


def test_there_is_one_newest_migration():
    scripts = ScriptDirectory.from_config(configuration())

    assert len(scripts.get_heads()) == 1


def test_migrating_again_changes_nothing(own_database):
    migrate(own_database)

    with schema_transaction(own_database) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, models.metadata) == []
