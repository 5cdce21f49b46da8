"""A job whose process is killed when all is reckoned and nothing written."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from core.database import transaction
from tests.support import ledger, one_log, programs
from tests.support.meanwhile import is_somebody_waiting
from tests.support.programs import Program, wait_until
from web.nudge import BrokerNudge

ROW = text("SELECT * FROM job WHERE public_id = :job")


def killed_and_taken_over(
    engine: Engine,
    database_url: str,
    redis_url: str,
    folder: Path,
    job: UUID,
    killed: str,
    *,
    hold: Callable[[Session], object],
    fills: str,
) -> Row[Any]:
    """The row of the job that another worker has done in the end.

    `hold` takes what the job waits for before it writes. What it writes goes into the
    table `fills`, which is empty until then. The message for it comes three times.
    """

    def row() -> Row[Any]:
        with transaction(engine) as session:
            return session.execute(ROW, {"job": job}).one()

    def worker() -> AbstractContextManager[Program]:
        return programs.worker(
            folder, database_url, redis_url, application="worker.app"
        )

    nudge = BrokerNudge(redis_url)
    with worker() as first:
        with transaction(engine) as session:
            hold(session)
            nudge.ring(job)
            wait_until(lambda: is_somebody_waiting(engine))
            programs.kill(first, killed, row().worker)
        with transaction(engine) as session:
            session.execute(one_log.LET_LEASE_LAPSE, {"job": job})
        assert ledger.count(engine, fills) == 0
        for _ in range(3):
            nudge.ring(job)
        with worker():
            wait_until(lambda: row().state == "succeeded")
    return row()
