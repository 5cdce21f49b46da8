"""The whole product, started with its one command on databases of the caller's."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.ports import free_port
from tests.support.programs import wait_until

COMMAND = (sys.executable, "-c", "from core.commands import main; main()", "up")


class Product(NamedTuple):
    address: str
    username: str
    password: str


@contextmanager
def running_product(
    folder: Path, database_url: str, redis_url: str
) -> Iterator[Product]:
    """Web, worker and beat until the caller is done; logs are in the folder."""
    port = free_port()
    output = folder / "output"
    environment = {
        **os.environ,
        "DATA_FOLDER": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
    }
    with output.open("wb") as file:
        process = subprocess.Popen(
            COMMAND, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: _is_ready(output) or process.poll() is not None, seconds=120)
        assert process.poll() is None, output.read_text()
        username, password = _first_administrator(output)
        yield Product(f"http://127.0.0.1:{port}", username, password)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def _is_ready(output: Path) -> bool:
    return "Rollcall is ready" in output.read_text()


def _first_administrator(output: Path) -> tuple[str, str]:
    found = re.search(r"Sign in as (\S+) with the password (\S+)", output.read_text())
    assert found, output.read_text()
    return found[1], found[2]
