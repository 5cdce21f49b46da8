import json
import subprocess
import sys
import time

import psutil
import pytest

from core.commands.supervisor import (
    Program,
    Supervisor,
    _look_at,
    end_leftovers,
    wait_until_ready,
)
from core.embedded.process import EmbeddedServerError
from tests.support.programs import wait_until

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"
# Ignores SIGTERM, and has a child of its own that would outlive it.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("awake", flush=True)
time.sleep(600)
"""


def python_program(folder, code, name="sleeper"):
    return Program(
        name,
        (sys.executable, "-c", code),
        environment={},
        folder=folder,
        is_ready=lambda program: program.said("awake"),
    )


@pytest.fixture
def sleeper(tmp_path):
    program = python_program(tmp_path, SLEEPER)
    yield program
    program.stop()


def test_a_program_runs_until_it_is_stopped(sleeper):
    sleeper.start()
    wait_until_ready([sleeper])

    sleeper.stop()

    assert not sleeper.is_running()


def test_a_program_that_dies_is_started_again_after_a_pause(sleeper):
    supervisor = Supervisor()
    supervisor.start(sleeper)
    first = sleeper.process
    first.kill()
    first.wait()

    (watched,) = supervisor.watched
    _look_at(watched)
    assert not sleeper.is_running()
    watched.start_again_at = time.monotonic()
    _look_at(watched)

    assert sleeper.is_running()
    assert sleeper.process.pid != first.pid
    assert watched.pause == 2


def test_a_program_that_ends_at_once_shows_its_last_words(tmp_path):
    program = python_program(tmp_path, "raise SystemExit('no database')")
    program.start()

    with pytest.raises(EmbeddedServerError, match="no database"):
        wait_until_ready([program])

    program.stop()


def test_stopping_leaves_no_grandchild(tmp_path, monkeypatch):
    monkeypatch.setattr("core.commands.supervisor.STOP_SECONDS", 0.5)
    program = python_program(tmp_path, STUBBORN)
    program.start()
    wait_until_ready([program])
    (grandchild,) = program.process.children()

    program.stop()

    wait_until(lambda: is_over(grandchild))


def is_over(process):
    # Whoever adopts orphans may be slow to bury them.
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_parts_stop_in_reverse_order(tmp_path):
    stopped = []

    class Part:
        def __init__(self, name):
            self.name = name

        def start(self): ...

        def is_running(self):
            return True

        def stop(self):
            stopped.append(self.name)

    supervisor = Supervisor()
    for name in ("postgres", "broker", "worker", "beat", "web"):
        supervisor.start(Part(name))
    supervisor.stop()

    assert stopped == ["web", "beat", "worker", "broker", "postgres"]


KILLED_OWNER = """
import os, signal, sys
from pathlib import Path
from core.commands.supervisor import Program
command = (sys.executable, "-c", "import time; time.sleep(600)")
Program("sleeper", command, {}, Path(sys.argv[1])).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED_OWNER, tmp_path], check=False)
    pid, _ = json.loads((tmp_path / "sleeper.pid").read_text())
    assert psutil.pid_exists(pid)

    end_leftovers(tmp_path)

    assert not psutil.pid_exists(pid)
