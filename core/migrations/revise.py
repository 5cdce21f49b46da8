"""Write the migration that leads from the newest one to the models.

python -m core.migrations.revise "Add the wishes of a contact"
python -m core.migrations.revise --first    # write 0001 anew, until the first release
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from alembic import command
from alembic.script import ScriptDirectory

from core.database import schema_transaction
from core.embedded import postgres
from core.migrations.run import HERE, configuration

VERSIONS = HERE / "versions"
FIRST = ("0001", "Lay the first tables")


@click.command(help=__doc__)
@click.argument("message", default="")
@click.option("--first", is_flag=True)
def revise(message: str, *, first: bool) -> None:
    if not message and not first:
        raise click.UsageError("Say in one sentence what the migration does.")
    with tempfile.TemporaryDirectory(prefix="rollcall-revision-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = postgres.start(folder, {"fsync": "off", "jit": "off"})
        try:
            if first:
                written = _write_first(server, folder / "aside")
            else:
                written = _write_next(server, message)
        finally:
            postgres.stop(server)
    _tidy(written)
    click.echo(f"Wrote {written}. Read it before you commit it.")


def _write_first(server: postgres.EmbeddedPostgres, aside: Path) -> Path:
    """Against an empty database and apart from later ones, to hold every table."""
    number, message = FIRST
    with schema_transaction(server.url()) as connection:
        config = configuration(connection)
        config.set_main_option("version_locations", str(aside))
        command.revision(config, message, autogenerate=True, rev_id=number)
    return Path(
        shutil.move(next(aside.glob("*.py")), VERSIONS / f"{number}_first_tables.py")
    )


def _write_next(server: postgres.EmbeddedPostgres, message: str) -> Path:
    with schema_transaction(server.url()) as connection:
        config = configuration(connection)
        command.upgrade(config, "head")
        newest = ScriptDirectory.from_config(config).get_current_head() or "0000"
        number = f"{int(newest) + 1:04}"
        command.revision(config, message, autogenerate=True, rev_id=number)
    return next(VERSIONS.glob(f"{number}_*.py"))


def _tidy(file: Path) -> None:
    for step in (("check", "--fix", "--quiet"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *step, file], check=False)


if __name__ == "__main__":
    revise()
