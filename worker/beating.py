"""Lets operators see that beat lives: it notes each message that it has sent."""

import logging

from celery import signals
from sqlalchemy.exc import SQLAlchemyError

from core.database import transaction
from core.operations.pulse import Beating, record_pulse
from core.task_names import SWEEP
from worker.process import this_process

logger = logging.getLogger(__name__)


def note_every_beat(**_signal: object) -> None:
    """In the process of beat alone; workers publish too."""
    signals.after_task_publish.connect(_note, sender=SWEEP, weak=False)


def _note(**_signal: object) -> None:
    try:
        with transaction(this_process().engine) as session:
            record_pulse(session, Beating.BEAT)
    except SQLAlchemyError as error:
        logger.warning("cannot note the beat: %s", error)
