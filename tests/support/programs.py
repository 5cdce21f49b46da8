"""Real processes of the product, for tests that kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Worker(NamedTuple):
    """A Celery worker with its children; one process group."""

    process: subprocess.Popen[bytes]
    log: Path

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def terminate(self) -> None:
        """As a process manager does it: to the main process alone."""
        self.process.terminate()


def wait_until(fact: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "It did not come about in time."
        time.sleep(0.02)


@contextmanager
def worker(
    folder: Path,
    database_url: str,
    redis_url: str,
    *,
    application: str = "tests.support.tally_worker",
    concurrency: int = 2,
    lease_seconds: float = 2,
) -> Iterator[Worker]:
    command = [
        *("celery", "-A", application, "worker", "-Q", "jobs,housekeeping"),
        *("--concurrency", str(concurrency), "-l", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    log = folder / f"worker-{time.monotonic_ns()}.log"
    with _program(command, log, database_url, redis_url, lease_seconds) as process:
        wait_until(lambda: " ready." in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield Worker(process, log)


@contextmanager
def beat(
    folder: Path, database_url: str, redis_url: str
) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        *("celery", "-A", "worker.app", "beat"),
        *("--schedule", str(folder / "beat-schedule")),
    ]
    log = folder / "beat.log"
    with _program(command, log, database_url, redis_url, 2) as process:
        yield process


@contextmanager
def _program(
    command: Sequence[str],
    log: Path,
    database_url: str,
    redis_url: str,
    lease_seconds: float,
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "only for tests",
        "UPLOAD_FOLDER": str(log.parent),
        "LEASE_SECONDS": str(lease_seconds),
        "HEARTBEAT_SECONDS": "0.1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
