"""The product as `rollcall up` starts it, with its own server settings, to be timed."""

import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import psutil
from sqlalchemy import Engine, select

from core.access.actor import Actor
from core.access.models import User
from core.access.tokens import create_token
from core.commands.servers import EmbeddedDatabase
from core.database import make_engine, transaction
from core.embedded import postgres
from tests.support.programs import wait_until

OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "UPLOAD_FOLDER", "DATA_FOLDER")
UP = "from core.commands import main; main()"
START_SECONDS = 120


@dataclass(frozen=True)
class Product:
    address: str
    engine: Engine
    actor: Actor
    token: str


@contextmanager
def started_product() -> Iterator[Product]:
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as name:
        folder = Path(name)
        # PostgreSQL may run under another account and has to get in.
        folder.chmod(0o711)
        port = _free_port()
        with _up(folder, port):
            yield _signed_in(folder, port)


@contextmanager
def _up(folder: Path, port: int) -> Iterator[None]:
    environment = {k: v for k, v in os.environ.items() if k not in OURS}
    environment |= {"DATA_FOLDER": str(folder), "PORT": str(port)}
    output = folder / "output"
    with output.open("wb") as said:
        up = psutil.Popen(
            [sys.executable, "-c", UP, "up"], env=environment, stdout=said
        )
    try:
        wait_until(
            lambda: re.search("is ready", output.read_text()) or up.poll() is not None,
            START_SECONDS,
        )
        assert up.poll() is None, output.read_text()
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            up.send_signal(signal.SIGINT)
        up.wait(60)


def _signed_in(folder: Path, port: int) -> Product:
    server = postgres.find(folder / EmbeddedDatabase.name)
    assert server is not None
    engine = make_engine(server.url())
    with transaction(engine) as session:
        user = session.scalars(select(User)).one()
        actor = Actor(user.id, user.username, user.role, "", user.created_at.date())
        token = create_token(session, actor, name="bench", days=1).secret
    return Product(f"http://127.0.0.1:{port}", engine, actor, token)


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
