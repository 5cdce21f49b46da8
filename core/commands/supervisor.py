"""Starts parts in order, starts a part again when it dies, stops all in reverse."""

import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from core.embedded.process import EmbeddedServerError, is_alive

logger = logging.getLogger(__name__)

READY_SECONDS = 90
# Longer than a worker needs to hand a running job back.
STOP_SECONDS = 40
LOOK_SECONDS = 0.5
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
# Whoever ran that long was healthy; the next pause is short again.
HEALTHY_SECONDS = 60
LONGEST_LOG_BYTES = 20_000_000


class Part(Protocol):
    name: str

    def start(self) -> None: ...
    def is_running(self) -> bool: ...
    def stop(self) -> None: ...


@dataclass
class Program:
    """A child process with a log file of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    is_ready: Callable[["Program"], bool] = lambda program: program.is_running()
    process: psutil.Popen | None = None
    log_start: int = 0

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    def start(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.log_start = output.tell()
            self.process = psutil.Popen(
                self.command,
                env=dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the supervisor alone, which stops the parts in order.
                start_new_session=True,
            )
        _remember(self._memory, self.process)

    def is_running(self) -> bool:
        return self.process is not None and is_alive(self.process)

    def stop(self) -> None:
        if self.process is not None:
            end_group(self.process)
        self._memory.unlink(missing_ok=True)

    def said(self, words: str) -> bool:
        """Whether these words are in the log since the last start."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return words.encode() in log.read()

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    @property
    def _memory(self) -> Path:
        return self.folder / f"{self.name}.pid"


@dataclass
class _Watched:
    part: Part
    started: float
    pause: float = FIRST_PAUSE_SECONDS
    start_again_at: float | None = None


@dataclass
class Supervisor:
    watched: list[_Watched] = field(default_factory=list)

    def start(self, part: Part) -> None:
        # Registered first: a signal during the start still finds it to be stopped.
        self.watched.append(_Watched(part, time.monotonic()))
        part.start()

    def watch(self) -> None:
        """Until a signal ends it."""
        while True:
            for each in self.watched:
                _look_at(each)
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        while self.watched:
            self.watched.pop().part.stop()


def _look_at(each: _Watched) -> None:
    now = time.monotonic()
    if each.start_again_at is not None:
        if now >= each.start_again_at:
            _start_again(each)
    elif not each.part.is_running():
        if now - each.started > HEALTHY_SECONDS:
            each.pause = FIRST_PAUSE_SECONDS
        logger.error("%s ended; again in %.0f s", each.part.name, each.pause)
        each.start_again_at = now + each.pause
        each.pause = min(2 * each.pause, LONGEST_PAUSE_SECONDS)


def _start_again(each: _Watched) -> None:
    each.started, each.start_again_at = time.monotonic(), None
    try:
        each.part.stop()  # what the dead parent left of its group
        each.part.start()
    except EmbeddedServerError:
        logger.exception("%s did not start again", each.part.name)


def end_leftovers(folder: Path) -> None:
    """End the programs that a killed supervisor left running."""
    for memory in folder.glob("*.pid"):
        if left := _remembered(memory):
            logger.warning(
                "ending %s (pid %s) of an earlier run", memory.stem, left.pid
            )
            end_group(left)
        memory.unlink()


def wait_until_ready(programs: Sequence[Program]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for program in programs:
        while not program.is_ready(program):
            if not program.is_running() or time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"{program.name} did not become ready. The end of {program.log}:\n"
                    f"{program.last_words()}"
                )
            time.sleep(0.1)


def end_group(process: psutil.Process) -> None:
    """SIGTERM to the process, who tells its children; SIGKILL to all that remain."""
    try:
        process.terminate()
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    except psutil.TimeoutExpired:
        logger.warning("pid %s ignored SIGTERM for %s s", process.pid, STOP_SECONDS)
    try:
        # Every part leads a group of its own, so this reaches nobody else.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)
    except (ProcessLookupError, psutil.NoSuchProcess):
        pass


def _remember(memory: Path, process: psutil.Process) -> None:
    memory.write_text(json.dumps([process.pid, process.create_time()]))


def _remembered(memory: Path) -> psutil.Process | None:
    try:
        pid, created = json.loads(memory.read_text())
        process = psutil.Process(pid)
        # The number alone may belong to somebody else by now.
        return process if process.create_time() == created else None
    except (OSError, ValueError, psutil.Error):
        return None
