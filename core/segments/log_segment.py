"""Log a segment: one transaction, one statement for all entries (ADR 0003).

In order: lock and check the segment, file the logged segment and its campaign
entries, write one interaction log entry per line that may be logged, move refused
lines aside or undo everything, write down which e-mails are owed, turn the segment
into its follow-up or delete it, count once more. The runner commits, if the job is
still ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Date,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.freeze import freeze_attachments
from core.contacts.guard import share_contacts
from core.delivery.owe import owe_mail_of_log
from core.errors import RefusedError
from core.interactions.entry_numbers import reserve_entry_numbers
from core.interactions.models import LoggedSegment
from core.jobs.models import JobError
from core.jobs.run import JobFacts, JobRun
from core.rows import rows_written
from core.segments.campaign_entries import (
    close_campaign_entries,
    open_campaign_entries,
)
from core.segments.classify import refused_lines
from core.segments.delete_segment import drop_segment
from core.segments.follow_up import leave_behind, turn_into_follow_up
from core.segments.frozen import lock_frozen
from core.segments.keep_for_undo import keep_for_undo, remember_follow_up
from core.segments.live import LINE_STEP, is_live
from core.segments.models import Segment, SegmentLine
from core.segments.preflight import first_refused_lines, header_faults
from core.segments.request_log import OnLineError, refuse
from core.segments.write_entries import Numbering, ToWrite, write_entries


@dataclass(frozen=True, slots=True)
class Options:
    create_follow_up: bool
    on_line_error: OnLineError
    send_attachments: bool


def log_segment(run: JobRun) -> Mapping[str, object]:
    """The step of the job kind `log_segment`; returns what the job page shows.

    Raises RefusedError with the first fault as headline and every refused line
    recorded under the job (LOG-028: the database stays as it was).
    """
    session, actor = run.session, run.job.actor
    arguments = run.job.arguments
    options = Options(
        create_follow_up=bool(arguments["create_follow_up"]),
        on_line_error=OnLineError(str(arguments["on_line_error"])),
        # A job promised before e-mails could be sent does not say.
        send_attachments=bool(arguments.get("send_attachments")),
    )
    run.progress.phase("checking")
    segment = lock_frozen(session, run.job)
    share_contacts(session)
    refuse(
        session,
        segment,
        header_faults(
            session,
            actor,
            segment,
            create_follow_up=options.create_follow_up,
            send_attachments=options.send_attachments,
        ),
    )
    planned, first_line, last_line = _extent(session, segment)
    run.progress.plan(planned)
    logged = _file_logged_segment(session, run.job, segment, planned)
    open_campaign_entries(session, segment, logged, actor.username)
    first_entry_no = reserve_entry_numbers(
        session.get_bind().engine, (last_line - first_line) // LINE_STEP + 1
    )
    run.progress.phase("logging")
    numbering = Numbering(first_entry_no, first_line)
    sending = options.send_attachments
    write_entries(session, ToWrite(segment, logged, actor, numbering, sending))
    run.check()
    run.progress.done(planned)
    run.progress.phase("finishing")
    written = close_campaign_entries(session, logged)
    logged.no_of_interactions = written.entries
    logged.cost, logged.duration = written.cost, written.duration
    logged.no_skipped = planned - written.entries
    if logged.no_skipped:
        _refuse_or_note(run, segment, logged, options)
    freeze_attachments(session, written.attachment_ids)
    result = _describe(segment, logged)
    if options.send_attachments:
        result |= _owe_mail(session, actor, logged)
    if logged.no_skipped:
        result["left_behind_segment_no"] = leave_behind(session, actor, segment, logged)
    keep_for_undo(session, segment, logged)
    if options.create_follow_up:
        result["follow_up_segment_no"] = turn_into_follow_up(
            session, actor, segment, logged
        )
        remember_follow_up(session, segment, logged)
    else:
        drop_segment(session, segment)
    return result


def _extent(session: Session, segment: Segment) -> tuple[int, int, int]:
    """How many lines are in force, and the first and last line number."""
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.min(SegmentLine.line_no), 0),
            func.coalesce(func.max(SegmentLine.line_no), 0),
        )
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(SegmentLine.segment_id == segment.id, is_live())
    ).one()
    return row[0], row[1], row[2]


def _file_logged_segment(
    session: Session, job: JobFacts, segment: Segment, planned: int
) -> LoggedSegment:
    logged = LoggedSegment(
        segment_no=segment.no,
        description=segment.description,
        # Today, not the work date (LOG-021), and not as the worker's clock has it.
        creation_date=cast(func.timezone("UTC", func.now()), Date),
        user_id=job.actor.username,
        campaign_no=segment.campaign_no,
        job_id=job.id,
        no_of_lines=planned,
    )
    session.add(logged)
    session.flush()  # The entries carry its number.
    return logged


def _refuse_or_note(
    run: JobRun, segment: Segment, logged: LoggedSegment, options: Options
) -> None:
    """Lines were refused: undo everything and list them, or note them and go on."""
    segment_id, job_id = segment.id, run.job.id
    sending = options.send_attachments
    nothing_left = logged.no_of_interactions == 0
    if options.on_line_error is OnLineError.REFUSE or nothing_left:
        faults = first_refused_lines(run.session, segment, sending=sending)
        run.record_errors_after_rollback(
            lambda session: _record_refused_lines(
                session, job_id, segment_id, sending=sending
            )
        )
        raise RefusedError(faults[0].code, faults[0].detail, faults=faults)
    _record_refused_lines(run.session, job_id, segment_id, sending=sending)


def _record_refused_lines(
    session: Session, job_id: int, segment_id: int, *, sending: bool
) -> None:
    """Every refused line with its reason, set-based."""
    refused = refused_lines(segment_id, sending=sending).subquery("refused")
    rows_written(
        session,
        insert(JobError).from_select(
            ["job_id", "position", "subject", "code", "detail"],
            select(
                literal(job_id, BigInteger),
                refused.c.line_no,
                refused.c.contact_no,
                refused.c.problem,
                refused.c.detail,
            ).order_by(refused.c.line_no),
        ),
    )


def _owe_mail(
    session: Session, actor: Actor, logged: LoggedSegment
) -> dict[str, object]:
    """Sending is a job of its own: whatever becomes of it, the log stands."""
    job = owe_mail_of_log(session, actor, logged)
    if job is None:
        return {"mails_owed": 0}
    return {"mails_owed": job.planned, "send_job": str(job.public_id)}


def _describe(segment: Segment, logged: LoggedSegment) -> dict[str, object]:
    return {
        "segment_no": segment.no,
        "logged_segment_entry_no": logged.entry_no,
        "planned": logged.no_of_lines,
        "logged": logged.no_of_interactions,
        "skipped": logged.no_skipped,
        "cost": str(logged.cost),
        "duration": float(logged.duration),
    }
