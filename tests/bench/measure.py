"""The measurements. Each answers seconds or bytes; nothing is printed here."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import psutil
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.orm import Session

from core.base import Base
from core.database import transaction
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from tests.bench.product import Product
from tests.bench.world import at_rest
from tests.support.api_client import Answer, ApiClient

POLL_SECONDS = 0.05
LONGEST_JOB_SECONDS = 600

ROOM_ON_PAGES = text(
    "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE relname = :table"
)


@dataclass(frozen=True)
class MeasuredJob:
    seconds: float
    "From sending the request to the answer that says succeeded."
    submit: float
    polls: list[float]
    worker_bytes: int
    "The largest resident size of the worker's process that was seen."


def log_segment(
    product: Product, segment_no: str, *, create_follow_up: bool
) -> MeasuredJob:
    return run_job(
        product, f"/segments/{segment_no}/log", {"create_follow_up": create_follow_up}
    )


def run_job(product: Product, path: str, document: object) -> MeasuredJob:
    """Over HTTP, as a program that polls twenty times a second."""
    client = ApiClient(product.address, product.token)
    worker = WorkerAtWork(product)
    polls: list[float] = []
    began = time.perf_counter()
    answer = client.ask("POST", path, document)
    submit = time.perf_counter() - began
    assert answer.status == 202, answer.document
    job = answer.document["id"]
    state = ""
    while state not in {"succeeded", "failed", "cancelled"}:
        time.sleep(POLL_SECONDS)
        seconds, answer = timed(lambda: client.ask("GET", f"/jobs/{job}"))
        state = answer.document["state"]
        if state == "running":
            polls.append(seconds)
            worker.look(job)
        assert time.perf_counter() - began < LONGEST_JOB_SECONDS
    whole = time.perf_counter() - began
    assert state == "succeeded", answer.document
    client.close()
    return MeasuredJob(whole, submit, polls, worker.largest)


class WorkerAtWork:
    def __init__(self, product: Product) -> None:
        self._product = product
        self._process: psutil.Process | None = None
        self.largest = 0

    def look(self, job: str) -> None:
        if self._process is None:
            with transaction(self._product.engine) as session:
                found = select(Job.worker).where(Job.public_id == job)
                worker = session.execute(found).scalar_one()
            self._process = psutil.Process(int(worker.rpartition(":")[2]))
        self.largest = max(self.largest, self._process.memory_info().rss)


class Twin:
    """A table with the columns and the indexes of another, as much room on its pages,
    and nothing in it."""

    def __init__(self, product: Product, of: str, name: str) -> None:
        self._product = product
        self._name = name
        rows = Base.metadata.tables[of]
        self._rows, self._twin = rows, rows.to_metadata(MetaData(), name=name)
        like = f"CREATE TABLE {name} (LIKE {of} INCLUDING ALL)"
        with transaction(product.engine) as session:
            room = session.scalar(ROOM_ON_PAGES, {"table": of})
            session.execute(text(f"{like} WITH ({room})" if room else like))

    def copy(self) -> float:
        """What it takes at the least to write the rows and to index them."""
        self.empty()
        at_rest(self._product)
        names = self._rows.columns.keys()
        copy = insert(self._twin).from_select(names, select(self._rows))
        began = time.perf_counter()
        with transaction(self._product.engine) as session:
            session.execute(copy)
        return time.perf_counter() - began

    def empty(self) -> None:
        with transaction(self._product.engine) as session:
            session.execute(text(f"TRUNCATE {self._name}"))


class TwinOfLedger(Twin):
    def __init__(self, product: Product) -> None:
        super().__init__(product, "interaction_log_entry", "twin")

    def executemany(self, rows: int) -> float:
        """Entries made in Python, sent in batches by SQLAlchemy."""
        values = self._sample(rows)
        self.empty()
        began = time.perf_counter()
        with transaction(self._product.engine) as session:
            session.execute(insert(InteractionLogEntryTwin), values)
        return time.perf_counter() - began

    def one_by_one(self, rows: int) -> float:
        """An object and a commit for each entry, the way of a simple web program."""
        values = self._sample(rows)
        self.empty()
        began = time.perf_counter()
        with Session(self._product.engine) as session:
            for each in values:
                session.add(InteractionLogEntryTwin(**each))
                session.commit()
        return time.perf_counter() - began

    def _sample(self, rows: int) -> list[dict[str, object]]:
        some = select(InteractionLogEntry.__table__).limit(rows)
        with transaction(self._product.engine) as session:
            return [dict(row) for row in session.execute(some).mappings()]


class InteractionLogEntryTwin(Base):
    __table__ = cast("Table", InteractionLogEntry.__table__).to_metadata(
        Base.metadata, name="twin"
    )


def ask(product: Product, method: str, path: str, document: object = None) -> float:
    """Seconds until the answer, over a connection that is open already."""
    client = ApiClient(product.address, product.token)
    client.ask("GET", "/jobs")
    seconds, answer = timed(lambda: client.ask(method, path, document))
    client.close()
    assert answer.status == 200, answer.document
    return seconds


def timed(question: Callable[[], Answer]) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = question()
    return time.perf_counter() - began, answer
