"""Runs the log job's step in the test's own transaction."""

from core.clock import now
from core.jobs.models import JobState
from core.jobs.progress import Progress
from core.jobs.run import JobFacts, JobRun
from core.segments.log_segment import log_segment
from core.segments.request_log import request_log


def run_of(session, actor, job):
    facts = JobFacts(
        id=job.id,
        public_id=job.public_id,
        kind=job.kind,
        title=job.title,
        subject=job.subject,
        arguments=job.arguments,
        actor=actor,
        attempt=1,
    )
    return JobRun(session, facts, Progress(), stop_reason=lambda: None)


def log(session, actor, segment, **options):
    job = request_log(session, actor, segment.no, **options)
    result = log_segment(run_of(session, actor, job))
    job.state, job.finished_at = JobState.SUCCEEDED, now()
    session.flush()
    return result
