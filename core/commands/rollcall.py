"""The command `rollcall`: everything a person does to an installation by hand."""

import click

import core.models  # noqa: F401  every table known before the first query
from core.commands.check import check
from core.commands.seed import seed
from core.commands.servers import database_for_a_command
from core.commands.up import up
from core.commands.user import user
from core.database import make_engine, transaction
from core.embedded.process import EmbeddedServerError
from core.errors import RollcallError
from core.migrations.run import migrate
from core.settings import SettingMissingError, local_settings_from_environment


class FriendlyGroup(click.Group):
    """Refusals are sentences for people; only a fault of ours shows a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (RollcallError, EmbeddedServerError, SettingMissingError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=FriendlyGroup)
@click.version_option(package_name="rollcall")
def main() -> None:
    """Segments, interactions and the jobs that log them."""


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    with database_for_a_command(local_settings_from_environment()) as database_url:
        migrate(database_url)
    click.echo("The database has the newest schema.")


@main.command("seed")
def seed_command() -> None:
    """Add the starting series, templates and salespeople that are missing."""
    with database_for_a_command(local_settings_from_environment()) as database_url:
        engine = make_engine(database_url)
        with transaction(engine) as session:
            seed(session)
        engine.dispose()
    click.echo("Everything an installation starts with is there.")


main.add_command(check)
main.add_command(up)
main.add_command(user)
