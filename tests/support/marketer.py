"""Somebody who logs the same roster over and over, each time as the follow-up of the
last log, and keeps account of what was promised."""

import time
from collections.abc import Callable
from random import Random
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from tests.support.api_client import ApiClient

LOGGED, CANCELLED, GIVEN_UP = "logged", "cancelled", "given up"


class Marketer(Thread):
    """Runs until `stop` is set, then finishes the log it is waiting for."""

    def __init__(
        self,
        client: ApiClient,
        stop: Event,
        *,
        first: int,
        lines: int,
        seed: int,
        share_cancelled: float = 0.1,
    ) -> None:
        super().__init__(name=f"marketer of {lines} lines", daemon=True)
        self.lines = lines
        self.segment_no = ""
        self.logged: list[str] = []
        "The numbers of the segments that were logged, in order."
        self.ends: dict[str, int] = {LOGGED: 0, CANCELLED: 0, GIVEN_UP: 0}
        self.trouble: BaseException | None = None
        self._client = client
        self._halt = stop
        self._first = first
        self._random = Random(seed)
        self._share_cancelled = share_cancelled

    def run(self) -> None:
        try:
            self._make_segment()
            while not self._halt.is_set():
                self._log_once()
        except BaseException as trouble:  # noqa: BLE001  told by the test's own thread
            self.trouble = trouble
            self._halt.set()
        finally:
            self._client.close()

    def _make_segment(self) -> None:
        draft = {"description": f"{self.lines} lines"}
        made = self._client.insist("POST", "/segments", draft, key=_key())
        assert made.status == 201, made.document
        self.segment_no = made.document["no"]
        chosen = {"from": _no(self._first), "to": _no(self._first + self.lines - 1)}
        added = self._client.insist(
            "POST",
            f"/segments/{self.segment_no}/add-contacts",
            {"filters": {"contact": {"no": chosen}}},
            key=_key(),
        )
        assert added.status == 200, added.document

    def log_calmly(self) -> None:
        """Once more, when the storm is over and the template chosen, to the end."""
        self._share_cancelled = 0
        try:
            self._log()
        finally:
            self._client.close()

    def choose_template(self) -> None:
        """A follow-up has none."""
        template = {"interaction_template_code": "BUS"}
        address = f"/segments/{self.segment_no}"
        changed = self._client.insist("PATCH", address, template)
        assert changed.status == 200, changed.document

    def _log_once(self) -> None:
        self.choose_template()
        self._log()

    def _log(self) -> None:
        promised = self._client.insist(
            "POST",
            f"/segments/{self.segment_no}/log",
            {"create_follow_up": True},
            key=_key(),
        )
        assert promised.status == 202, promised.document
        job = promised.headers["location"]
        if self._random.random() < self._share_cancelled:
            time.sleep(self._random.random() * 0.3)
            self._client.insist("POST", f"{job}/cancel", key=_key())
        self._account_for(watch(self._client, job))

    def _account_for(self, job: dict[str, Any]) -> None:
        if job["state"] == "succeeded":
            result = job["result"]
            assert result["segment_no"] == self.segment_no
            assert result["logged"] == self.lines, result
            self.logged.append(self.segment_no)
            self.segment_no = result["follow_up_segment_no"]
            self.ends[LOGGED] += 1
        elif job["state"] == "cancelled":
            self.ends[CANCELLED] += 1
        else:
            # Five workers died under this one job: it is given up by design.
            assert job["problem"]["code"] == "E-JOB-CRASHES", job["problem"]
            self.ends[GIVEN_UP] += 1


def watch(
    client: ApiClient,
    job: str,
    *,
    seconds: float = 600,
    pause: Callable[[], None] = lambda: time.sleep(0.1),
) -> dict[str, Any]:
    """Poll the job to its end, and see that what it tells is possible."""
    deadline = time.monotonic() + seconds
    done, attempt = 0, 0
    while True:
        answer = client.insist("GET", job)
        assert answer.status == 200, answer.document
        found: dict[str, Any] = answer.document
        assert found["done"] >= done, "The progress went back."
        assert found["attempt"] >= attempt, "The number of attempts went back."
        assert (found["percent"] == 100) == (found["state"] == "succeeded")
        if found["finished_at"]:
            return found
        done, attempt = found["done"], found["attempt"]
        assert time.monotonic() < deadline, f"{job} does not end: {found}"
        pause()


def _no(number: int) -> str:
    return f"C{number:07}"


def _key() -> str:
    return uuid4().hex
