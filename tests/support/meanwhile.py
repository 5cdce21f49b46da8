"""Two transactions at the same time, the second one waiting for the first."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.database import transaction
from core.jobs.monitor import Terms
from core.jobs.run import JobRun, Kind
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS

TERMS = Terms("tests", lease_seconds=15, heartbeat_seconds=0.05)

Deed = Callable[[Session], object]

WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()
""")


def meanwhile(engine: Engine, first: Deed, second: Deed) -> None:
    """`second` begins while `first` has done its deed and not committed. Fails unless
    it has to wait; raises what it raises."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as session:
            first(session)
            session.flush()

            def go() -> None:
                with transaction(engine) as other:
                    second(other)

            done = pool.submit(go)
            until_somebody_waits(engine)
        done.result(timeout=60)


def run_meanwhile(engine: Engine, kind: str, job: UUID, deed: Deed) -> Outcome:
    """The job of this kind; the deed is done when its step has written all, and not
    committed. Nobody holds what the deed needs, or it is refused for that."""

    def step(run: JobRun) -> Mapping[str, object]:
        result = KINDS[kind].step(run)
        with transaction(engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '10s'"))
            deed(session)
        return result

    return run_job(engine, {kind: Kind(step)}, TERMS, job)


def until_somebody_waits(engine: Engine) -> None:
    for _ in range(600):
        if is_somebody_waiting(engine):
            return
        sleep(0.05)
    pytest.fail("Nobody waits.")


def is_somebody_waiting(engine: Engine) -> bool:
    with transaction(engine) as session:
        return bool(session.scalar(WAITING))
