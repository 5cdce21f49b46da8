import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

START_SECONDS = 60
STOP_SECONDS = 30


class EmbeddedServerError(Exception):
    """A server that should run here does not. The text says where to look."""


def launch(command: Sequence[str], log: Path, **options: Any) -> psutil.Process:  # noqa: ANN401  passed on to Popen
    """Start a server in a session of its own.

    Ctrl-C at the terminal then reaches its owner only, who stops it last.
    """
    with log.open("ab") as output:
        return psutil.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
            **options,
        )


def wait_until(ready: Callable[[], bool], process: psutil.Process, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if not is_alive(process) or time.monotonic() > deadline:
            stop_process(process, signal.SIGKILL)
            last_words = "\n".join(log.read_text().splitlines()[-10:])
            raise EmbeddedServerError(f"{log.stem} did not start:\n{last_words}")
        time.sleep(0.02)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop_process(process: psutil.Process, *signals: signal.Signals) -> None:
    """Ask with each signal in turn and wait; in the end the process is gone."""
    for number in (*signals, signal.SIGKILL):
        try:
            process.send_signal(number)
            process.wait(STOP_SECONDS)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
        else:
            return
