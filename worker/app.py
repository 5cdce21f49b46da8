"""The Celery application: carries doorbell messages, runs processes, beats time.

It is used for nothing else. State, retries, results and schedules are rows; a message
is the id of a job and may be lost, doubled, late or early.
"""

from celery import Celery, signals

from core.settings import settings_from_environment
from core.task_names import (
    BROKER_KEY_PREFIX,
    HOUSEKEEPING_QUEUE,
    JOBS_QUEUE,
    RUN_JOB,
    SWEEP,
)
from worker import beating, identity, process, registry
from worker.listening import ListenUnlessDrained
from worker.schedule import SCHEDULE

app = Celery("rollcall", include=["worker.tasks"])


def _options() -> dict[str, object]:
    return {
        "broker_url": settings_from_environment().redis_url,
        # Late acknowledgement doubles long jobs (five starts of one task, four at
        # once, when it outlasts the visibility timeout), still loses messages on
        # SIGKILL (31 of 30 000), and with it this version of Celery dies when Redis
        # restarts. Early acknowledgement loses at most a ring, and the sweep rings
        # again.
        "task_acks_late": False,
        # Without prefetching nothing is reserved that would be stranded in a busy or
        # dead worker, and no free worker starves beside a busy one.
        "worker_disable_prefetch": True,
        "worker_prefetch_multiplier": 1,
        # The job row tells what became of a job. A result backend would only bring
        # its leaks and its clean-up.
        "task_ignore_result": True,
        "result_backend": None,
        # A message is an id; nothing that needs pickling or trust may come in.
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_routes": {
            RUN_JOB: {"queue": JOBS_QUEUE},
            SWEEP: {"queue": HOUSEKEEPING_QUEUE},
        },
        "task_default_queue": HOUSEKEEPING_QUEUE,
        # The sweep rings again anyway; a retry here would only hold the sweep up.
        "task_publish_retry": False,
        # Start also while the broker is away, and never give up on it (the default
        # gives up after a hundred tries).
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            # Without time-outs a half-open connection hangs a worker for hours.
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            # What dies between taking a message and acknowledging it comes back
            # within seconds (the default looks every 100 seconds).
            "visibility_timeout": 3600,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # So that several applications can share one broker.
            "global_keyprefix": BROKER_KEY_PREFIX,
        },
        # A child that grew or grew old is replaced between two jobs.
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 400_000,
        # Four seconds, the default, are too few for a child on a busy machine.
        "worker_proc_alive_timeout": 30,
        # Nobody listens to the events; the pages read the job rows.
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        "enable_utc": True,
        "beat_schedule": SCHEDULE,
    }


# Read when first needed, so that importing this module asks for no setting.
app.add_defaults(_options)

app.steps["consumer"].add(ListenUnlessDrained)

signals.setup_logging.connect(process.set_up_diagnostics)
signals.worker_init.connect(process.refuse_to_start_without_database)
signals.worker_init.connect(identity.introduce)
signals.worker_process_init.connect(registry.keep_reporting)
signals.worker_shutting_down.connect(process.drain)
signals.worker_shutdown.connect(registry.say_good_bye)
signals.beat_init.connect(beating.note_every_beat)
