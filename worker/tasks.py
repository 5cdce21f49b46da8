from uuid import UUID

from core import kinds
from core.database import transaction
from core.jobs import runner
from core.jobs.next_job import limits_of
from core.jobs.sweep import to_ring, unkept_promises
from core.operations.pulse import Beating, record_pulse
from core.task_names import JOBS_QUEUE, RUN_JOB, SWEEP
from worker.app import app
from worker.process import this_process


@app.task(name=RUN_JOB)
def run_job(job_public_id: str) -> None:
    engine, terms = this_process()
    runner.run_job(engine, kinds.KINDS, terms, UUID(job_public_id))


@app.task(name=SWEEP)
def sweep() -> None:
    with transaction(this_process().engine) as session:
        record_pulse(session, Beating.SWEEP)
        promises = unkept_promises(session, limits_of(kinds.KINDS))
    if promises:
        for job_public_id in to_ring(promises, _messages_waiting()):
            run_job.delay(str(job_public_id))


def _messages_waiting() -> int:
    with app.connection_for_write() as connection:
        declared = connection.default_channel.queue_declare(JOBS_QUEUE)
        return int(declared.message_count)
