"""Tells the database that this worker lives, and hears whether it shall be drained.

The children tell it for the whole worker, since they are the ones who do the jobs: a
thread of the main process would have to survive the fork of every new child. They stop
when the main process is gone, although their jobs may go on to the end.
"""

import logging
import os
import time
from threading import Thread

import psutil
from sqlalchemy.exc import SQLAlchemyError

from core.database import transaction
from core.operations.report_worker import (
    WorkerFacts,
    forget_old_starts,
    record_stop,
    report_worker,
)
from worker import process
from worker.identity import who_we_are

logger = logging.getLogger(__name__)

REPORT_SECONDS = 2.0


def keep_reporting(**_signal: object) -> None:
    """In a child, right after the fork."""
    process.this_process()  # not to be made by two threads at once
    Thread(target=_report_for_ever, name="registry", daemon=True).start()


def say_good_bye(**_signal: object) -> None:
    """In the main process, when its children are gone."""
    facts = who_we_are()
    if facts is None:
        return
    try:
        with transaction(process.this_process().engine) as session:
            record_stop(session, facts.id)
            forget_old_starts(session)
    except SQLAlchemyError as error:
        logger.warning("cannot say good-bye: %s", error)


def _report_for_ever() -> None:
    facts = who_we_are()
    while facts and facts.pid in {os.getppid(), os.getpid()}:
        _report(facts)
        time.sleep(REPORT_SECONDS)


def _report(facts: WorkerFacts) -> None:
    try:
        with transaction(process.this_process().engine) as session:
            is_drain_requested = report_worker(
                session,
                facts,
                memory_bytes=_memory_of(facts.pid),
                is_draining=process.is_draining(),
            )
    except SQLAlchemyError as error:
        logger.warning("cannot report: %s", error)
    else:
        process.drain_for_operators(wanted=is_drain_requested)


def _memory_of(pid: int) -> int:
    try:
        main = psutil.Process(pid)
        family = [main, *main.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.Error:
        return 0  # one of them has just ended
