"""The servers of this installation, wherever they run."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from core.embedded import broker, postgres
from core.embedded.process import EmbeddedServerError
from core.settings import LocalSettings


@contextmanager
def database_for_a_command(settings: LocalSettings) -> Iterator[str]:
    """The address of the database. An embedded one runs at least that long."""
    if settings.database_url:
        yield settings.database_url
        return
    if running := postgres.find(settings.data_folder / EmbeddedDatabase.name):
        yield running.url()
        return
    with only_owner(settings.data_folder):
        database = EmbeddedDatabase(settings.data_folder)
        database.start()
        try:
            yield database.url
        finally:
            database.stop()


@contextmanager
def only_owner(data_folder: Path) -> Iterator[None]:
    """Two owners of one folder would start and stop each other's servers."""
    # Closed to others but for passing through: PostgreSQL may run as another account.
    data_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (data_folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Rollcall already runs with the data in {data_folder}."
            raise click.ClickException(message) from None
        yield


class EmbeddedDatabase:
    name = "postgres"

    def __init__(self, data_folder: Path) -> None:
        self.folder = data_folder / self.name
        self.url = ""
        self.server: postgres.EmbeddedPostgres | None = None

    def start(self) -> None:
        self.server = postgres.start(self.folder)
        self.url = self.server.url()

    def is_running(self) -> bool:
        return self.server is not None and self.server.is_running()

    def stop(self) -> None:
        if self.server:
            postgres.stop(self.server)


class EmbeddedQueue:
    name = "broker"

    def __init__(self, data_folder: Path) -> None:
        self.folder = data_folder / self.name
        self.url = ""
        self.server: broker.EmbeddedBroker | None = None

    def start(self) -> None:
        self.server = broker.start(self.folder)
        if self.url and self.url != self.server.url():
            # Its port was taken meanwhile; web and worker still knock there.
            raise EmbeddedServerError("The broker lost its port. Start Rollcall again.")
        self.url = self.server.url()

    def is_running(self) -> bool:
        return self.server is not None and self.server.is_running()

    def stop(self) -> None:
        if self.server:
            broker.stop(self.server)
