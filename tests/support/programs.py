"""Real processes of the product, for tests that kill them."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.embedded.process import is_alive

ROOT = Path(__file__).parents[2]


PATIENCE_SECONDS = 300
"""A busy machine may take its time. Only what never comes about is a failure."""


def wait_until(fact: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "It did not come about in time."
        time.sleep(0.02)


@dataclass
class Program:
    """A process with its children, in a group of its own, and what it says."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready_words: str = ""
    is_ready: Callable[[], bool] | None = None
    process: psutil.Popen | None = None
    log_start: int = 0

    def start(self) -> None:
        self._end_group()
        with self.log.open("ab") as output:
            self.log_start = output.tell()
            self.process = psutil.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env=dict(self.environment),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        ready = self.is_ready or (lambda: self.said(self.ready_words))
        wait_until(lambda: ready() or not self.is_running(), seconds)
        assert self.is_running(), f"{self.name} ended:\n{self.last_words()}"

    def is_running(self) -> bool:
        return self.process is not None and is_alive(self.process)

    def said(self, words: str) -> bool:
        """Whether these words are in the log since the last start."""
        return words in self._log_since_start()

    def times_said(self, words: str) -> int:
        return self._log_since_start().count(words)

    def last_words(self) -> str:
        return "\n".join(self._log_since_start().splitlines()[-30:])

    def send(self, number: signal.Signals) -> None:
        """To the process and all its children, as for a whole container."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def send_main(self, number: signal.Signals) -> None:
        """To the main process alone, as a process manager does it."""
        with suppress(psutil.NoSuchProcess):
            self.process.send_signal(number)

    def terminate(self) -> None:
        self.send_main(signal.SIGTERM)

    def children(self) -> list[int]:
        try:
            return sorted(child.pid for child in self.process.children())
        except psutil.NoSuchProcess:
            return []

    def end(self) -> None:
        if self.process is not None:
            self._end_group()
        self.process = None

    def _end_group(self) -> None:
        """Also what a killed main process left of its group."""
        if self.process is not None:
            self.send(signal.SIGKILL)
            self.process.wait()

    def _log_since_start(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")


Worker = Program


def kill(worker: Worker, what: str, name: str) -> None:
    """SIGKILL for the "worker" with all it started, or for the "child" at work on a
    job, as the job names it."""
    if what == "worker":
        worker.end()
    else:
        child = int(name.rpartition(":")[2])
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: child not in worker.children())


@contextmanager
def worker(
    folder: Path,
    database_url: str,
    redis_url: str,
    *,
    application: str = "tests.support.tally_worker",
    concurrency: int = 2,
    lease_seconds: float = 600,
) -> Iterator[Program]:
    command = [
        *("celery", "-A", application, "worker", "-Q", "jobs,housekeeping"),
        *("--concurrency", str(concurrency), "-l", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    log = folder / f"worker-{time.monotonic_ns()}.log"
    environment = _environment(folder, database_url, redis_url, lease_seconds)
    with _started(Program("worker", command, environment, log, " ready.")) as program:
        program.wait_until_ready()
        yield program


@contextmanager
def beat(folder: Path, database_url: str, redis_url: str) -> Iterator[Program]:
    command = [
        *("celery", "-A", "worker.app", "beat"),
        *("--schedule", str(folder / "beat-schedule")),
    ]
    environment = _environment(folder, database_url, redis_url, 600)
    with _started(Program("beat", command, environment, folder / "beat.log")) as beat:
        yield beat


@contextmanager
def _started(program: Program) -> Iterator[Program]:
    program.start()
    try:
        yield program
    finally:
        program.end()


def _environment(
    folder: Path, database_url: str, redis_url: str, lease_seconds: float
) -> Mapping[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "only for tests",
        "UPLOAD_FOLDER": str(folder),
        "LEASE_SECONDS": str(lease_seconds),
        "HEARTBEAT_SECONDS": "0.1",
    }
