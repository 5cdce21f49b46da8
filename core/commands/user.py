import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from core import clock
from core.access import queries, users
from core.access.actor import Actor
from core.access.roles import Role
from core.commands.servers import database_for_a_command
from core.database import make_engine, transaction
from core.errors import NotFoundError
from core.settings import local_settings_from_environment


@click.group()
def user() -> None:
    """Add people, and give them a new password."""


@user.command("add")
@click.argument("username")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.MARKETER.value,
    show_default=True,
)
@click.option("--salesperson", default="", help="Code of the person's salesperson.")
def add_user(username: str, role: str, salesperson: str) -> None:
    """Add USERNAME with a random password, printed once."""
    password = new_password()
    with _session() as session:
        new = users.NewUser(username, password, role, salesperson)
        users.add_user(session, _person_at_the_console(), new)
    click.echo(f"Password of {username}: {password}")


@user.command("password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Give USERNAME a new random password, printed once, and end open sessions."""
    password = new_password()
    with _session() as session:
        found = queries.user_by_username(session, username.strip().lower())
        if found is None:
            raise NotFoundError("E-NOT-FOUND", f"There is no user {username}.")
        users.set_password(session, _person_at_the_console(), found.id, password)
    click.echo(f"New password of {username}: {password}")


def new_password() -> str:
    return secrets.token_urlsafe(15)


@contextmanager
def _session() -> Iterator[Session]:
    with database_for_a_command(local_settings_from_environment()) as database_url:
        engine = make_engine(database_url)
        try:
            with transaction(engine) as session:
                yield session
        finally:
            engine.dispose()


def _person_at_the_console() -> Actor:
    """Whoever may run commands on the machine; the audit trail calls it console."""
    return Actor(
        user_id=0,
        username="console",
        role=Role.ADMINISTRATOR,
        salesperson_code="",
        work_date=clock.today(),
    )
