"""A drained worker leaves the rings to others: what it took would only get lost."""

from typing import Any

from celery import bootsteps

from core.task_names import JOBS_QUEUE
from worker import process

LOOK_SECONDS = 1.0


class ListenUnlessDrained(bootsteps.StartStopStep):  # type: ignore[misc]  # untyped
    """Runs in the main process, whose event loop a look at the database would block; so
    it follows the mark that the children set."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:  # noqa: ANN401  Celery's
        self._timer: Any = None
        super().__init__(consumer, **options)

    def start(self, consumer: Any) -> None:  # noqa: ANN401
        self._timer = consumer.timer.call_repeatedly(
            LOOK_SECONDS, self._follow, (consumer,)
        )

    def stop(self, consumer: Any) -> None:  # noqa: ANN401, ARG002
        if self._timer:
            self._timer.cancel()

    def _follow(self, consumer: Any) -> None:  # noqa: ANN401
        listens = consumer.task_consumer.consuming_from(JOBS_QUEUE)
        if process.is_drained_by_operators() and listens:
            consumer.cancel_task_queue(JOBS_QUEUE)
        elif not process.is_drained_by_operators() and not listens:
            consumer.add_task_queue(JOBS_QUEUE)
