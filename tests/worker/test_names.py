"""Both sides of the broker, and beat, speak of the same tasks and queues."""

from core import task_names
from worker.app import app
from worker.schedule import SCHEDULE


def test_every_name_is_a_task_of_the_worker(worker_environment):
    app.loader.import_default_modules()

    assert {task_names.RUN_JOB, task_names.SWEEP} <= set(app.tasks)


def test_everything_beat_sends_is_a_task_of_the_worker(worker_environment):
    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)
