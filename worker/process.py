"""What one worker process holds on to: its engine, and the terms it takes jobs on."""

import logging
import mmap
import os
import socket
from functools import cache
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

import core.models  # noqa: F401  (every table known before the first query)
from core import diagnostics
from core.database import make_engine
from core.jobs.monitor import Terms
from core.settings import settings_from_environment
from worker.identity import who_we_are

logger = logging.getLogger(__name__)

# The work, its monitor, and one to spare.
CONNECTIONS = 3

# Shared with the processes forked later: the signal reaches the main process only,
# while the jobs run in its children, and operators reach the children only.
_draining = mmap.mmap(-1, 2)
_BY_SIGNAL, _BY_OPERATORS = 0, 1


class Process(NamedTuple):
    engine: Engine
    terms: Terms


@cache
def this_process() -> Process:
    """Made at the first use, that is after the fork: no two processes share a socket."""
    settings = settings_from_environment()
    worker = who_we_are()
    terms = Terms(
        worker=f"{socket.gethostname()}:{os.getpid()}",
        lease_seconds=settings.lease_seconds,
        heartbeat_seconds=settings.heartbeat_seconds,
        is_draining=is_draining,
        worker_process_id=worker.id if worker else None,
    )
    return Process(make_engine(settings.database_url, pool_size=CONNECTIONS), terms)


def is_draining() -> bool:
    return any(_draining[:])  # the bytes; the map itself would yield texts


def is_drained_by_operators() -> bool:
    return _draining[_BY_OPERATORS] != 0


def drain(**_signal: object) -> None:
    """Running jobs go back to the queue with their next heartbeat, unharmed."""
    _draining[_BY_SIGNAL] = 1


def drain_for_operators(*, wanted: bool) -> None:
    """The same without an end: the worker stays, and may be called back to work."""
    _draining[_BY_OPERATORS] = wanted


def set_up_diagnostics(loglevel: int, **_signal: object) -> None:
    """Connected, it keeps Celery from arranging the logs in its own way."""
    diagnostics.set_up(settings_from_environment().log_format, loglevel)


def refuse_to_start_without_database(**_signal: object) -> None:
    """A worker that takes messages and can do nothing with them looks alive: worse."""
    engine = make_engine(settings_from_environment().database_url, pool_size=1)
    try:
        with engine.connect() as connection:
            connection.execute(select(1))
    except SQLAlchemyError as error:
        logger.critical("The worker cannot reach its database: %s", error)
        raise SystemExit(1) from error
    finally:
        # Nothing open may be inherited by the children.
        engine.dispose()
