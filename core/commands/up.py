"""`rollcall up`: everything on one machine, under one supervisor."""

import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

import click

from core import diagnostics
from core.access.queries import has_users
from core.access.users import add_first_administrator
from core.commands.seed import seed
from core.commands.servers import EmbeddedDatabase, EmbeddedQueue, only_owner
from core.commands.supervisor import (
    Program,
    Supervisor,
    end_leftovers,
    wait_until_ready,
)
from core.commands.user import new_password
from core.database import make_engine, transaction
from core.migrations.run import migrate
from core.settings import (
    LocalSettings,
    environment_of_a_child,
    local_settings_from_environment,
)
from core.task_names import HOUSEKEEPING_QUEUE, JOBS_QUEUE

FIRST_ADMINISTRATOR = "admin"


@click.command()
def up() -> None:
    """Start PostgreSQL, broker, web, worker and beat, and stop all on Ctrl-C."""
    settings = local_settings_from_environment()
    diagnostics.set_up(settings.log_format, logging.WARNING)
    supervisor = Supervisor()
    with only_owner(settings.data_folder), _signals_raise():
        try:
            end_leftovers(settings.data_folder)
            _refuse_a_taken_port(settings)
            _start(settings, supervisor)
            supervisor.watch()
        except KeyboardInterrupt:
            click.echo("\nStopping …")
        finally:
            # From here on nothing interrupts: what is half stopped stays behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            supervisor.stop()


def _start(settings: LocalSettings, supervisor: Supervisor) -> None:
    click.echo("Starting …")
    database_url = settings.database_url
    if database_url is None:
        database = EmbeddedDatabase(settings.data_folder)
        supervisor.start(database)
        database_url = database.url
    redis_url = settings.redis_url
    if redis_url is None:
        queue = EmbeddedQueue(settings.data_folder)
        supervisor.start(queue)
        redis_url = queue.url
    migrate(database_url)
    password = _prepare_first_start(database_url)
    programs = _programs(settings, database_url, redis_url)
    for program in programs:
        supervisor.start(program)
    wait_until_ready(programs)
    _announce(settings, password)


def _prepare_first_start(database_url: str) -> str | None:
    """Fill an empty installation; the password of its first user, if it was new."""
    engine = make_engine(database_url)
    password = new_password()
    try:
        with transaction(engine) as session:
            if has_users(session):
                return None
            seed(session)
            add_first_administrator(session, FIRST_ADMINISTRATOR, password)
    finally:
        engine.dispose()
    return password


def _programs(
    settings: LocalSettings, database_url: str, redis_url: str
) -> list[Program]:
    folder = settings.data_folder
    uploads = folder / "uploads"
    uploads.mkdir(exist_ok=True)
    environment = environment_of_a_child(
        fixed={
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        },
        defaults={
            "SECRET_KEY": _kept_secret_key(folder),
            "UPLOAD_FOLDER": str(uploads),
            # The pages are served without TLS here, and browsers would not send a
            # secure cookie back.
            "SECURE_COOKIES": "no",
            **({} if settings.mail_url else _mail_kept_in(folder)),
        },
    )
    python = (sys.executable, "-m")
    web = (
        *("gunicorn", "web.wsgi:app", "--bind", f"{settings.host}:{settings.port}"),
        *("--workers", "2", "--threads", "8", "--graceful-timeout", "20"),
        # Longer than live pages wait, so that they need no connection for each look.
        *("--keep-alive", "30"),
        *("--no-control-socket", "--config", "python:web.gunicorn_hooks"),
    )
    celery = ("celery", "-A", "worker.app")
    worker = (
        *("worker", "-Q", f"{JOBS_QUEUE},{HOUSEKEEPING_QUEUE}", "-l", "INFO"),
        # Two long jobs and a slot for the sweeper between them.
        *("--concurrency", "3", "--without-gossip", "--without-mingle"),
    )
    beat = ("beat", "-l", "INFO", "--schedule", str(folder / "beat-schedule"))
    return [
        Program(
            *("worker", (*python, *celery, *worker), environment, folder),
            is_ready=lambda program: program.said(" ready."),
        ),
        Program("beat", (*python, *celery, *beat), environment, folder),
        Program(
            *("web", (*python, *web), environment, folder),
            is_ready=lambda _: _answers(settings),
        ),
    ]


def _mail_kept_in(folder: Path) -> dict[str, str]:
    """Without a mail server e-mails can be looked at, and go nowhere."""
    return {
        "MAIL_URL": (folder / "mail").as_uri(),
        "MAIL_FROM": "Rollcall <rollcall@localhost.localdomain>",
    }


def _kept_secret_key(folder: Path) -> str:
    """Made once: a new key would sign everybody out at every start."""
    file = folder / "secret_key"
    if not file.exists():
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        unfinished.rename(file)
    return file.read_text()


def _answers(settings: LocalSettings) -> bool:
    try:
        with urlopen(f"{_address(settings)}/health/ready", timeout=5) as answer:  # noqa: S310  our own http address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _announce(settings: LocalSettings, password: str | None) -> None:
    click.echo(f"\nRollcall is ready: {_address(settings)}")
    if password:
        click.echo(
            f"Sign in as {FIRST_ADMINISTRATOR} with the password {password}\n"
            "It is shown this once; `rollcall user password` makes a new one."
        )
    logs = os.path.relpath(settings.data_folder / "log")
    click.echo(f"Logs are in {logs}. Ctrl-C stops everything.")


def _address(settings: LocalSettings) -> str:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104  compared, not bound
    return f"http://{host}:{settings.port}"


def _refuse_a_taken_port(settings: LocalSettings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Port {settings.port} is taken; choose another one, for example "
                f"PORT={settings.port + 1}. ({error.strerror})"
            ) from error


@contextmanager
def _signals_raise() -> Iterator[None]:
    """SIGTERM, from a process manager, means the same as Ctrl-C."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
