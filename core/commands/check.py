import json
import sys

import click

from core.check.check_database import KEYS_NAMED, Report, check_database
from core.commands.servers import database_for_a_command
from core.database import make_engine, transaction
from core.settings import local_settings_from_environment


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--keys",
    type=click.IntRange(0, 10_000),
    default=KEYS_NAMED,
    show_default=True,
    help="How many rows to name for each broken rule.",
)
def check(keys: int, *, as_json: bool) -> None:
    """Verify every reference and invariant in the database.

    Changes nothing and locks nothing, so it may run while people work. The exit status
    is 0 when everything holds and 1 when something does not.
    """
    with database_for_a_command(local_settings_from_environment()) as database_url:
        engine = make_engine(database_url, pool_size=1)
        with transaction(engine) as session:
            report = check_database(session, keys=keys)
        engine.dispose()
    if as_json:
        click.echo(json.dumps(report.as_document(), indent=2))
    else:
        _print(report)
    sys.exit(0 if report.is_sound else 1)


def _print(report: Report) -> None:
    for finding in report.broken:
        click.echo(f"{finding.rule.name}: {finding.rule.sentence}")
        click.echo(f"  Not so: {finding.broken} times.")
        for key in finding.keys:
            click.echo(f"    {key}")
        if finding.broken > len(finding.keys):
            click.echo("    …")
    rules, broken = len(report.findings), len(report.broken)
    seconds = sum(finding.seconds for finding in report.findings)
    click.echo(f"{rules - broken} of {rules} rules hold ({seconds:.1f} s).")
