"""`rollcall up` itself, with everything it starts."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from urllib.request import urlopen

import psutil
import pytest

from tests.support.folders import reachable_folder
from tests.support.programs import wait_until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "UPLOAD_FOLDER")


class Up:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self):
        given = {k: v for k, v in os.environ.items() if k not in OURS}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from core.commands import main; main()", "up"],
                env={**given, "DATA_FOLDER": str(self.folder), "PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(self.is_ready_or_over, seconds=600)
        assert self.process.poll() is None, self.said()

    def is_ready_or_over(self):
        return "Rollcall is ready" in self.said() or self.process.poll() is not None

    def said(self):
        return self.output.read_text()

    def pid(self, name):
        return int(re.findall(r"\d+", (self.folder / f"{name}.pid").read_text())[0])

    def serves(self):
        with urlopen(f"http://127.0.0.1:{self.port}/health/ready") as answer:
            return answer.status == 200

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def ended(processes):
    """Whatever the test does, nothing of it stays behind."""
    try:
        yield
    finally:
        for process in processes:
            if process.is_running():
                process.kill()


@contextmanager
def started(folder):
    up = Up(folder)
    up.start()
    family = up.family()
    with ended(family):
        yield up
        if up.process.poll() is None:
            family += up.family()
            up.process.send_signal(signal.SIGTERM)
            up.process.wait(120)


@pytest.fixture
def up():
    with reachable_folder() as folder, started(folder) as up:
        yield up


@pytest.fixture(scope="module")
def shared_up():
    """A start takes ten seconds; tests that leave everything running share one."""
    with reachable_folder() as folder, started(folder) as up:
        yield up


def test_everything_stops_with_nothing_left_and_shows_the_password_only_once(up):
    family = up.family()
    assert "with the password" in up.said()

    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(120) == 0
    assert not any(process.is_running() for process in family)

    up.start()
    assert "with the password" not in up.said()


def test_a_killed_part_comes_back(shared_up):
    up = shared_up
    killed = {name: up.pid(name) for name in ("web", "worker", "beat")}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)

    wait_until(lambda: all(is_back(up, name, pid) for name, pid in killed.items()))

    wait_until(lambda: psutil.pid_exists(up.pid("worker")))


def is_back(up, name, killed_pid):
    # Between the end of the old process and the start of the new one there is no file.
    try:
        return up.pid(name) != killed_pid
    except FileNotFoundError:
        return False


def test_a_killed_database_comes_back_under_the_same_address(shared_up):
    up = shared_up
    (server,) = (
        process
        for process in psutil.Process(up.process.pid).children()
        if "postgres" in process.name()
    )
    server.kill()

    wait_until(lambda: "postgres ended" in up.said())
    wait_until(lambda: serves_again(up))


def serves_again(up):
    try:
        return up.serves()
    except OSError:
        return False


def test_a_killed_supervisor_is_followed_by_one_that_takes_over(up):
    up.process.kill()
    up.process.wait()

    up.start()

    assert up.serves()
    assert "earlier run" in up.said()
