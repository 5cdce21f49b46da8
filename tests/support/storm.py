"""Kills processes of an installation at random instants, as a seed says."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.database import transaction
from tests.support.installation import Installation
from tests.support.programs import Program

SHARE_OF_PATIENCE = 0.8
SHARE_OF_CUTS = 0.4
CUT_ONE = text("""
    WITH others AS (
        SELECT pid, application_name,
               row_number() OVER (ORDER BY pid) AS place, count(*) OVER () AS number
        FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND backend_type = 'client backend' AND application_name LIKE :mark
    )
    SELECT application_name FROM others, pg_terminate_backend(pid)
    WHERE place = 1 + floor(:which * number)
""")
CHILDREN_AT_WORK = text("SELECT worker FROM job WHERE state = 'running' ORDER BY id")


class Storm:
    """The same seed strikes the same things after the same pauses."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self._installation = installation
        self._random = Random(seed)
        self._began = time.monotonic()
        self.kills = 0
        self.cuts = 0
        self.diary: list[str] = []

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def strike(self) -> None:
        """Wait a moment, kill a process, and let it be started again.

        Mostly when everything runs, so that there is work to be killed; now and then
        in the middle of a start.
        """
        if self._random.random() < SHARE_OF_PATIENCE:
            for program in self._installation.programs:
                program.wait_until_ready()
        time.sleep(self._random.uniform(0.1, 1.8))
        if self._random.random() < SHARE_OF_CUTS:
            self._cut_a_connection()
        (target,) = self._random.choices(*zip(*TARGETS, strict=True))
        self._note(target(self, self._random.random()))
        self.kills += 1
        self._installation.heal()

    def whole_worker(self, which: float) -> str:
        worker = _pick(self._installation.workers, which)
        return self._kill(worker)

    def main_process_of_worker(self, which: float) -> str:
        worker = _pick(self._installation.workers, which)
        worker.send_main(signal.SIGKILL)
        worker.process.wait()
        return f"main process of {worker.name}"

    def child_at_work(self, which: float) -> str:
        with transaction(self._installation.engine) as session:
            at_work = list(session.scalars(CHILDREN_AT_WORK))
        if not at_work:
            return self.child_of_worker(which)
        worker = _pick(at_work, which)
        if not _has_killed(int(worker.rpartition(":")[2])):
            return self.child_of_worker(which)
        return f"child at work {worker}"

    def child_of_worker(self, which: float) -> str:
        return self._child_of(_pick(self._installation.workers, which), which)

    def whole_web(self, _which: float) -> str:
        return self._kill(self._installation.web)

    def child_of_web(self, which: float) -> str:
        return self._child_of(self._installation.web, which)

    def beat(self, _which: float) -> str:
        return self._kill(self._installation.beat)

    def _kill(self, program: Program) -> str:
        program.send(signal.SIGKILL)
        program.process.wait()
        return program.name

    def _child_of(self, program: Program, which: float) -> str:
        children = program.children()
        if not children or not _has_killed(_pick(children, which)):
            return self._kill(program)
        return f"child of {program.name}"

    def _cut_a_connection(self) -> None:
        """Mostly one that a log is written on, when there is one."""
        mark = "rollcall job %" if self._random.random() < SHARE_OF_PATIENCE else "%"
        place = {"mark": mark, "which": self._random.random()}
        with suppress(DBAPIError), transaction(self._installation.engine) as session:
            cut = session.execute(CUT_ONE, place).scalar_one_or_none()
            self.cuts += cut is not None
            self._note(f"connection of {cut}")

    def _note(self, words: str) -> None:
        self.diary.append(f"{self.seconds:7.2f} s  {words}")


# What is struck, and how often.
TARGETS: Sequence[tuple[Callable[[Storm, float], str], int]] = (
    (Storm.whole_worker, 4),
    (Storm.main_process_of_worker, 2),
    (Storm.child_at_work, 9),
    (Storm.child_of_worker, 2),
    (Storm.whole_web, 3),
    (Storm.child_of_web, 3),
    (Storm.beat, 2),
)


def _pick(of: Sequence[Any], which: float) -> Any:
    return of[int(which * len(of))]


def _has_killed(pid: int) -> bool:
    """False when it has ended by itself meanwhile: that is no kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
