"""A segment that belongs to a job until the job has ended."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import RefusedError
from core.jobs.models import Job, JobState
from core.jobs.request import request_job
from core.jobs.run import JobFacts
from core.segments.models import Segment


def freeze_for_job(
    session: Session,
    actor: Actor,
    segment: Segment,
    *,
    kind: str,
    title: str,
    arguments: Mapping[str, object],
    planned: int = 0,
) -> Job:
    """Promise a job about the locked segment, which nobody may edit until it ended."""
    job = request_job(
        session,
        actor,
        kind=kind,
        title=title,
        subject=f"segment:{segment.id}",
        arguments={"segment_id": segment.id, "segment_no": segment.no, **arguments},
        planned=planned,
    )
    segment.frozen_by_job_id = job.id
    return job


def lock_frozen(session: Session, job: JobFacts) -> Segment:
    """The segment the job was promised for, locked; it is this job's, or the job has
    nothing to do any more."""
    segment = _locked(session, job)
    if segment is None or segment.frozen_by_job_id != job.id:
        no = job.arguments["segment_no"]
        raise RefusedError("E-NOT-FOUND", f"Segment {no} is not there to be worked on.")
    return segment


def unfreeze(session: Session, job: JobFacts, _state: JobState) -> None:
    """A job that ended without success hands the segment back, as it was (P6, P7)."""
    segment = _locked(session, job)
    if segment is not None and segment.frozen_by_job_id == job.id:
        segment.frozen_by_job_id = None


def _locked(session: Session, job: JobFacts) -> Segment | None:
    return session.get(Segment, job.arguments["segment_id"], with_for_update=True)
