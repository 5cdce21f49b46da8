from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from core.database import schema_transaction

HERE = Path(__file__).parent

# Any number, as long as everybody who migrates asks for the same.
MIGRATION_LOCK = 4_722_071


def migrate(database_url: str) -> None:
    """Bring the database to the newest schema. Safe to call twice, and at once."""
    with schema_transaction(database_url) as connection:
        # Of two containers that start together the second waits here, and finds
        # nothing left to do.
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        command.upgrade(configuration(connection), "head")


def newest_revision() -> str | None:
    """What this version of the program expects."""
    return _scripts().get_current_head()


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """False: the database has been migrated by a later version of the program."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(HERE)


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
